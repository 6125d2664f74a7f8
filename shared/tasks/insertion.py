"""New task rows, many in one statement, with their first transitions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Insert, Row, insert, select

from shared.columns import moment_text
from shared.db import Transaction
from shared.rows import ROWS, encode_rows, row_set
from shared.tasks.arrow import LEAN, trace
from shared.tasks.draft import Draft
from shared.tasks.mutex import needed_by
from shared.tasks.room import is_solo
from shared.tasks.secret_fields import check_moved
from shared.tasks.status import Status
from shared.tasks.task import tasks

AGEING_SECONDS = 60.0
"""One step of priority is worth this much waiting; so ageing needs no upkeep, only a sort key."""
STEP_SECONDS = 1e-6
"""So far apart are the turns of tasks that came together, so that they keep their order."""
NEW = tuple(column for column in tasks.c if column is not tasks.c.number)
BORN: tuple[tuple[str | None, Status], ...] = ((None, Status.PENDING),)
QUEUED = (*BORN, (Status.PENDING.value, Status.QUEUED))
Inserted = Sequence[Row[Any]]


def turn(at: datetime, priority: int) -> float:
    """Where a task stands in its tenant's line: lower goes first. Seconds since the epoch."""
    return at.timestamp() - priority * AGEING_SECONDS


def insert_tasks(
    tx: Transaction,
    drafts: Sequence[Draft],
    queued: Collection[str],
    express: Collection[str],
    blocked: dict[str, int],
) -> Inserted:
    """Store ``drafts``, those in ``queued`` as handed out already, of these some as ``express``.

    Answers `LEAN` and number.
    """
    if not drafts:
        return ()
    written = moment_text(tx.now)
    rows = [_row(tx.now, written, d, blocked.get(d.id, 0)) for d in drafts]
    for place, row in enumerate(rows):
        row["turn"] += place * STEP_SECONDS
        row["express"] = row["id"] in express
        if row["id"] in queued:
            row |= {"status": Status.QUEUED.value, "queued_at": written}
    inserted = tx.rows(_insert(tx.dialect), {ROWS: encode_rows(rows)})
    for steps, chosen in ((BORN, False), (QUEUED, True)):
        group = [row for row in inserted if (row.id in queued) is chosen]
        trace(tx, group, steps, [(steps[-1][1], +1)], actor="gateway")
    return inserted


@lru_cache
def _insert(dialect: str) -> Insert:
    given = row_set(dialect, NEW)
    names = [column.name for column in NEW]
    statement = insert(tasks).from_select(names, select(*(given.c[name] for name in names)))
    return statement.returning(tasks.c.number, *LEAN)


def _row(now: datetime, written: str, draft: Draft, blocked_by: int) -> dict[str, Any]:
    """The pending row of ``draft``; ``written`` is ``now`` as text, which all rows share."""
    kind = draft.task_type
    check_moved(draft)
    waits_until = draft.not_before if draft.not_before and draft.not_before > now else None
    retries = kind.retry.max_retries if draft.max_retries is None else draft.max_retries
    deadline = timedelta(seconds=draft.deadline_seconds) if draft.deadline_seconds else None
    return {
        "id": draft.id,
        "account_id": draft.account_id,
        "project_id": draft.project_id,
        "target_id": kind.target(draft.payload) if kind.target else draft.target_id,
        "hidden": False,
        "dialect": draft.dialect,
        "source": draft.source,
        "type": kind.name,
        "queue": kind.queue,
        "mutexes": needed_by(kind, draft.payload),
        "priority": draft.priority,
        "turn": turn(waits_until or now, draft.priority),
        "solo": is_solo(kind, draft.payload),
        "due": waits_until is None and blocked_by == 0,
        "status": Status.PENDING.value,
        "payload": draft.payload,
        "secrets": draft.secrets,
        "caller_metadata": draft.caller_metadata,
        "callback_url": draft.callback_url,
        "schedule_id": draft.schedule_id,
        "annotators": draft.annotators,
        "cost_cents": draft.cost_cents,
        "attempt": 0,
        "retry_count": 0,
        "max_retries": retries,
        "lost_leases": 0,
        "deaths": 0,
        "blocked_by": blocked_by,
        "after_policy": draft.after_policy if draft.after else None,
        "not_before": waits_until,
        "deadline_at": (waits_until or now) + deadline if deadline else None,
        "answers_wanted": 0,
        "created_at": written,
        "queued_at": None,
        "updated_at": written,
    }
