"""Servers claim tasks, and say again and again that they still do them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from shared.db import Transaction
from shared.ids import is_id
from shared.links.service import service_of
from shared.rows import ROWS, encode_rows, row_set
from shared.servers.assignment import assign_to
from shared.servers.load import load_of
from shared.servers.server import Server
from shared.servers.word import Word
from shared.tasks import leases, lifecycle
from shared.tasks.backlog import busy_queues
from shared.tasks.status import Status
from shared.tasks.task import Task, has_status, tasks
from shared.tasks.task_type import TaskType
from shared.yard import Yard

LARGEST_CLAIM = 500


@dataclass(frozen=True, slots=True)
class Held:
    """A task that a server says it does; without ``attempt``, whichever it is."""

    link_id: str
    attempt: int | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """What became of one lease; ``is_canceled`` says that the server should stop."""

    link_id: str
    error: Word | None = None
    lease_expires_at: datetime | None = None
    is_canceled: bool = False


def claim(
    yard: Yard, server: Server, limit: int, services: Collection[str] | None = None
) -> list[Task]:
    """Start up to ``limit`` tasks at ``server``: those assigned to it, then those of nobody.

    Of ``services`` alone, where they are named; as many as its slots leave. The rows as they are
    then, their secrets sealed.
    """
    wanted = set(server.services) & set(server.services if services is None else services)
    kinds = [kind for kind in yard.registry.types.values() if kind.service in wanted]
    if server.maintenance or not kinds or limit <= 0:
        return []
    with yard.store.read() as tx:  # whoever waits for work asks often, mostly in vain
        if not _is_anything_there(tx, server, kinds):
            return []
    return yard.store.transact(lambda tx: _claim(tx, server, kinds, min(limit, LARGEST_CLAIM)))


def _claim(tx: Transaction, server: Server, kinds: Sequence[TaskType], limit: int) -> list[Task]:
    if server.slots is not None:
        tx.lock(server.holder)  # so that two calls of one server share its slots
        limit = min(limit, server.slots - load_of(tx, server.id).running)
    if limit <= 0:
        return []
    ids = _assigned(tx, server, kinds, limit)
    ids += assign_to(tx, kinds, server, limit - len(ids))
    until = tx.now + server.lease
    begun = lifecycle.start(tx, ids, holder=server.holder, until=until, at_server=server.id)
    by_id = {task.id: task for task in begun}
    return [by_id[task_id] for task_id in ids if task_id in by_id]


def _is_anything_there(tx: Transaction, server: Server, kinds: Sequence[TaskType]) -> bool:
    queues = {kind.queue for kind in kinds}
    here = (has_status(Status.QUEUED), tasks.c.server_id == server.id, tasks.c.queue.in_(queues))
    if tx.first(select(tasks.c.id).where(*here).limit(1)) is not None:
        return True
    return not queues.isdisjoint(busy_queues(tx))


def _assigned(tx: Transaction, server: Server, kinds: Sequence[TaskType], limit: int) -> list[str]:
    """What waits at ``server``, in order of turn; what another call of it takes now is left."""
    query = select(tasks.c.id).where(
        has_status(Status.QUEUED),
        tasks.c.server_id == server.id,
        tasks.c.queue.in_([kind.queue for kind in kinds]),
    )
    query = query.order_by(tasks.c.turn).limit(limit).with_for_update(skip_locked=True)
    return [row.id for row in tx.rows(query)]


def extend(yard: Yard, server: Server, items: Sequence[Held]) -> list[Extension]:
    """Extend what ``server`` claimed and still runs; one answer for each item, in order."""
    return yard.store.transact(lambda tx: _extend(tx, server, items))


def _extend(tx: Transaction, server: Server, items: Sequence[Held]) -> list[Extension]:
    found = _found(tx, {item.link_id for item in items})
    errors = [_error(found.get(item.link_id), server, item) for item in items]
    ids = {item.link_id for item, error in zip(items, errors, strict=True) if error is None}
    leases.extend(tx, server.holder, sorted(ids), server.lease_seconds)
    now = _found(tx, ids)
    return [
        _extension(now.get(item.link_id, found.get(item.link_id)), item, error)
        for item, error in zip(items, errors, strict=True)
    ]


def _found(tx: Transaction, ids: Collection[str]) -> Mapping[str, Row[Any]]:
    given = row_set(tx.dialect, [tasks.c.id])
    columns = ("id", "type", "status", "server_id", "attempt", "lease_expires_at")
    query = select(*(tasks.c[name] for name in columns), tasks.c.cancel_requested_at)
    rows = tx.rows(
        query.join(given, given.c.id == tasks.c.id),
        {ROWS: encode_rows(lifecycle.by_id(sorted(i for i in ids if is_id(i))))},
    )
    return {str(row.id): row for row in rows}


def _error(row: Row[Any] | None, server: Server, item: Held) -> Word | None:
    if row is None or service_of(row.type) is None:
        return Word.NOT_FOUND
    if row.server_id != server.id:
        return Word.NOT_YOUR_TASK
    if item.attempt is not None and item.attempt != row.attempt:
        return Word.STALE_ATTEMPT
    return None if row.status == Status.RUNNING else Word.ILLEGAL_TRANSITION


def _extension(row: Row[Any] | None, item: Held, error: Word | None) -> Extension:
    if row is None or error in (Word.NOT_FOUND, Word.NOT_YOUR_TASK, Word.STALE_ATTEMPT):
        return Extension(item.link_id, error)
    is_canceled = row.status == Status.CANCELED or row.cancel_requested_at is not None
    return Extension(item.link_id, error, row.lease_expires_at, is_canceled)
