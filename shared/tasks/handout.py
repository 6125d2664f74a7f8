"""Due tasks are handed out fairly: tenants in turn, each in its own order.

A tenant's line is sorted by ``turn``: its time of arrival, less one minute for each step of
priority. So a high priority goes first and yet nobody waits for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from shared.db import Transaction
from shared.rows import ROWS, encode_rows, row_set
from shared.servers.fleet import read_fleet
from shared.tasks import lifecycle
from shared.tasks.arrow import LEAN
from shared.tasks.backlog import FIRST_ID
from shared.tasks.choice import May, anybody, choose
from shared.tasks.plane import is_for_people, validations_needed
from shared.tasks.registry import Registry
from shared.tasks.room import Rooms
from shared.tasks.task import AT_BROKER, tasks
from shared.tasks.task_type import TaskType

DISPATCH = "dispatch"
"""The lock under which tasks are handed out and rules change."""
MOST_AT_ONCE = 2000
SEND_AT_ONCE = 2000
QUEUED = (AT_BROKER,)


def hand_out(tx: Transaction, registry: Registry, queue: str, rooms: Rooms) -> Sequence[Row[Any]]:
    """Queue as many due tasks of ``queue`` as rules and room allow; the rows to send.

    One scheduler at a time hands out, so that limits are kept to the letter.
    """
    kinds = [kind for kind in registry.types.values() if kind.queue == queue]
    if not kinds or not tx.try_lock(DISPATCH):
        return ()
    batch_size = max(kind.batch_size for kind in kinds)
    is_for_workers = not all(kind.is_done_by_people for kind in kinds)
    room = rooms.gap(tx, queue, batch_size) if is_for_workers else MOST_AT_ONCE
    if room <= 0:
        return ()
    after = rooms.served.get(queue, FIRST_ID)
    room = min(room, MOST_AT_ONCE)
    chosen, rooms.served[queue] = choose(
        tx, kinds, room, after, rooms.behind, _not_for_servers(tx, kinds)
    )
    if is_for_workers:
        rooms.took(tx, queue, sum(task.units for task in chosen))
    moved = lifecycle.queue(tx, [task.id for task in chosen], actor="scheduler")
    people = _ask_people(tx, registry, moved)
    place = {task.id: n for n, task in enumerate(chosen)}
    return sorted((row for row in moved if row.id not in people), key=lambda row: place[row.id])


def _not_for_servers(tx: Transaction, kinds: Sequence[TaskType]) -> May:
    """Which tasks of ``kinds`` workers may do: those that no enabled server is there for."""
    if all(kind.service is None for kind in kinds):
        return anybody
    fleet = read_fleet(tx)
    return lambda account_id, kind: not (kind.service and fleet.is_served(account_id, kind.service))


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


def unstarted_queues(tx: Transaction, before: datetime) -> list[str]:
    """Queues in which tasks were handed out before then and are not started."""
    query = select(tasks.c.queue).where(*QUEUED, tasks.c.queued_at < before).distinct()
    return [row.queue for row in tx.rows(query)]


def hand_out_again(tx: Transaction, queue: str, before: datetime) -> Sequence[Row[Any]]:
    """Queued tasks that were handed out before then, marked as handed out now; the rows to send."""
    chosen = select(tasks.c.id).where(*QUEUED, tasks.c.queue == queue, tasks.c.queued_at < before)
    chosen = chosen.limit(SEND_AT_ONCE).with_for_update(skip_locked=True)
    touched = update(tasks).where(tasks.c.id.in_(chosen.scalar_subquery()))
    return tx.rows(touched.values(queued_at=tx.now).returning(*LEAN))
