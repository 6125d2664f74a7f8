"""Due tasks are handed out fairly: tenants in turn, each in its own order.

A tenant's line is sorted by ``turn``: its time of arrival, less one minute for each step of
priority. So a high priority goes first and yet nobody waits for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import chain, zip_longest
from typing import Any

from sqlalchemy import ColumnElement, Row, literal_column, select, update

from shared.db import Transaction
from shared.rows import ROWS, encode_rows, row_set
from shared.tasks import lifecycle
from shared.tasks.arrow import LEAN
from shared.tasks.plane import is_for_people, validations_needed
from shared.tasks.registry import Registry
from shared.tasks.room import most_queued, queued_now
from shared.tasks.status import Status
from shared.tasks.task import has_status, tasks

WAKE_AT_ONCE = 5000
SEND_AT_ONCE = 2000
SOON = timedelta(seconds=3)
LONG = timedelta(seconds=60)
QUEUED = (has_status(Status.QUEUED),)
READY = (has_status(Status.PENDING), tasks.c.due)


WAITING = (has_status(Status.PENDING), ~tasks.c.due, tasks.c.blocked_by == literal_column("0"))


def is_waking_due(tx: Transaction) -> bool:
    """Whether the time of some pending task has come."""
    query = select(tasks.c.id).where(*WAITING, tasks.c.not_before <= tx.now)
    return tx.first(query.limit(1)) is not None


def wake(tx: Transaction) -> int:
    """Mark the pending tasks whose time has come as due; how many."""
    chosen = (
        select(tasks.c.id)
        .where(*WAITING, tasks.c.not_before <= tx.now)
        .limit(WAKE_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    moved = update(tasks).where(tasks.c.id.in_(chosen.scalar_subquery())).values(due=True)
    return tx.execute(moved).rowcount


def busy_queues(tx: Transaction) -> list[str]:
    """The queues in which due tasks wait; found by hopping along the index."""
    return _hop(tx, "queue", ())


def waiting_tenants(tx: Transaction, queue: str) -> list[str]:
    """The accounts with due tasks in ``queue``."""
    return _hop(tx, "account_id", (tasks.c.queue == queue,))


def _hop(tx: Transaction, column: str, where: Sequence[ColumnElement[bool]]) -> list[str]:
    """The distinct values of ``column`` among ready tasks, one index probe for each."""
    key = tasks.c[column]
    first = select(key).where(*READY, *where).order_by(key).limit(1)
    walk = select(first.scalar_subquery().label("value")).cte("walk", recursive=True)
    after = select(key).where(*READY, *where, key > walk.c.value).order_by(key).limit(1)
    step = select(after.scalar_subquery()).where(walk.c.value.is_not(None))
    walk = walk.union_all(step)
    return [str(r.value) for r in tx.rows(select(walk.c.value).where(walk.c.value.is_not(None)))]


def hand_out(tx: Transaction, registry: Registry, queue: str, first: int = 0) -> Sequence[Row[Any]]:
    """Queue as many due tasks of ``queue`` as there is room for; the rows to send.

    ``first`` shifts which tenant begins, so that a small room serves them all over time.
    """
    kinds = [kind for kind in registry.types.values() if kind.queue == queue]
    room = max((most_queued(kind) for kind in kinds), default=0) - queued_now(tx, queue)
    tenants = waiting_tenants(tx, queue)
    if room <= 0 or not tenants:
        return ()
    start = first % len(tenants)
    lines = [_line(tx, queue, t, room) for t in (tenants[start:] + tenants[:start])[:room]]
    chosen = in_turn(lines)[:room]
    moved = lifecycle.queue(tx, chosen, actor="scheduler")
    people = _ask_people(tx, registry, moved)
    place = {task_id: n for n, task_id in enumerate(chosen)}
    return sorted((row for row in moved if row.id not in people), key=lambda row: place[row.id])


def in_turn(lines: Sequence[Sequence[str]]) -> list[str]:
    """One of each line, then the next of each, and so on. Pure."""
    return [item for item in chain.from_iterable(zip_longest(*lines)) if item is not None]


def _line(tx: Transaction, queue: str, account_id: str, most: int) -> list[str]:
    query = select(tasks.c.id).where(
        *READY, tasks.c.queue == queue, tasks.c.account_id == account_id
    )
    query = query.order_by(tasks.c.turn).limit(most).with_for_update(skip_locked=True)
    return [row.id for row in tx.rows(query)]


def _ask_people(tx: Transaction, registry: Registry, moved: Sequence[Row[Any]]) -> set[str]:
    """Start those of ``moved`` that wait for people; only types with annotators are looked up."""
    answered = {kind.name for kind in registry.types.values() if kind.is_answered}
    ids = [row.id for row in moved if row.type in answered]
    if not ids:
        return set()
    given = row_set(tx.dialect, [tasks.c.id])
    query = select(tasks.c.id, tasks.c.type, tasks.c.annotators, tasks.c.payload).join(
        given, given.c.id == tasks.c.id
    )
    rows = tx.rows(query, {ROWS: encode_rows(lifecycle.by_id(ids))})
    wanted = [
        {"id": row.id, "answers_wanted": validations_needed(row.payload)}
        for row in rows
        if is_for_people(registry.get(row.type), row.annotators)
    ]
    return {row.id for row in lifecycle.start_people(tx, wanted)}


def unstarted_queues(tx: Transaction) -> list[str]:
    """Queues in which tasks were handed out a while ago and are not started."""
    query = select(tasks.c.queue).where(*QUEUED, tasks.c.queued_at < tx.now - SOON).distinct()
    return [row.queue for row in tx.rows(query)]


def overdue(tx: Transaction, queue: str, is_empty: bool) -> Sequence[Row[Any]]:
    """Queued tasks whose message must be lost, marked as handed out now; the rows to send.

    ``is_empty``: the broker has no message for the queue, so none can be on its way for long.
    """
    since = tx.now - (SOON if is_empty else LONG)
    chosen = select(tasks.c.id).where(*QUEUED, tasks.c.queue == queue, tasks.c.queued_at < since)
    chosen = chosen.limit(SEND_AT_ONCE).with_for_update(skip_locked=True)
    touched = update(tasks).where(tasks.c.id.in_(chosen.scalar_subquery()))
    return tx.rows(touched.values(queued_at=tx.now).returning(*LEAN))
