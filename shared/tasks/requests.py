"""Requests for the same work share a task that has not begun.

A type with a ``target`` does work whose outcome depends on what it finds when it begins: to embed
a folder, say. While such a task waits, asking again changes nothing. While it runs, what it read
may be old already, so one more follows it, and waits until it is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import Row, select

from shared.db import Transaction
from shared.tasks import submission
from shared.tasks.draft import Accepted, Draft
from shared.tasks.room import Rooms
from shared.tasks.status import Status
from shared.tasks.submission import Answer, Stored
from shared.tasks.task import tasks

WAITING = (Status.PENDING.value, Status.QUEUED.value)
OPEN = (*WAITING, Status.RUNNING.value)
Opened = Callable[[str, Mapping[str, str] | None], object]
"""The secret fields of an account's task, in a form that can be compared."""


def as_they_are(_account_id: str, secrets: Mapping[str, str] | None) -> object:
    """Sealed: the same value sealed again is another one."""
    return secrets


def store(
    tx: Transaction,
    drafts: Sequence[Draft],
    rooms: Rooms | None = None,
    opened: Opened = as_they_are,
) -> Stored:
    """Store ``drafts``; where a task waits that does the same, it is the answer instead.

    The waiting task is locked, so that it cannot begin before this transaction's own changes can
    be read. Nobody else stores a task for the same target meanwhile. ``opened`` opens secret
    fields, so that tasks with the same ones are seen to do the same.
    """
    for name in sorted({_line(d) for d in drafts if d.task_type.target}):
        tx.lock(name)
    answers: dict[str, Answer] = {}
    new: dict[str, Draft] = {}
    for draft in drafts:
        found = _open(tx, draft, opened)
        waiting = next((row for row in found if _will_do(row, draft)), None)
        if waiting is not None:
            answers[draft.id] = Accepted(waiting.id, waiting.number, waiting.cost_cents)
        else:
            new.setdefault(_work(draft, opened), _behind(draft, found))
    stored = submission.store(tx, list(new.values()), rooms)
    by_work = dict(zip(new, stored.answers, strict=True))
    told = [answers.get(d.id) or by_work[_work(d, opened)] for d in drafts]
    return Stored(told, stored.queued)


def _line(draft: Draft) -> str:
    """The lock that requests for the same target take in turn."""
    kind = draft.task_type
    target = kind.target(draft.payload) if kind.target else ""
    return f"request/{kind.name}/{target}"


def _work(draft: Draft, opened: Opened) -> str:
    """What ``draft`` asks for, as text: drafts with the same text ask for the same."""
    kind = draft.task_type
    if kind.target is None:
        return draft.id
    asked = (draft.payload, opened(draft.account_id, draft.secrets))
    text = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS).decode()
    return f"{kind.name}/{draft.account_id}/{text}"


def _open(tx: Transaction, draft: Draft, opened: Opened) -> list[Row[Any]]:
    """The account's tasks that do what ``draft`` asks for and are not over, locked."""
    kind = draft.task_type
    if kind.target is None:
        return []
    query = select(
        tasks.c.id,
        tasks.c.number,
        tasks.c.status,
        tasks.c.cost_cents,
        tasks.c.payload,
        tasks.c.secrets,
        tasks.c.dialect,
    ).where(
        tasks.c.target_id == kind.target(draft.payload),
        tasks.c.type == kind.name,
        tasks.c.account_id == draft.account_id,
        tasks.c.status.in_(OPEN),
        tasks.c.cancel_requested_at.is_(None),
    )
    rows = tx.rows(query.order_by(tasks.c.id).with_for_update(read=True))
    wanted = opened(draft.account_id, draft.secrets)
    same = [row for row in rows if row.payload == draft.payload]
    return [row for row in same if opened(draft.account_id, row.secrets) == wanted]


def _will_do(row: Row[Any], draft: Draft) -> bool:
    """Whether a task that waits does for ``draft``; where it came in another way, it may have been
    put off for long, or wait for others."""
    return row.status in WAITING and row.dialect == draft.dialect


def _behind(draft: Draft, found: Sequence[Row[Any]]) -> Draft:
    """``draft``, to begin when those that run are over, however they end."""
    running = [row.id for row in found if row.status not in WAITING]
    if not running:
        return draft
    after = (*draft.after, *running)
    return replace(draft, after=after, after_policy="finished")
