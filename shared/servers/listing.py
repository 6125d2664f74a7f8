"""A server's own tasks, page by page, in order of their making.

A page costs what the first one costs, however many tasks there are: it is found by keyset on an
index, and counts of what is over are kept by counters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_, union_all

from shared.columns import Id, Moment
from shared.db import Transaction
from shared.errors import Refused
from shared.ids import is_id
from shared.links.service import SERVICES
from shared.servers.server import Server
from shared.tasks.status import Status
from shared.tasks.task import Task, task_counts, tasks

Position = tuple[datetime, str]
"""When a task was made, and its id."""


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks are wanted; ``services`` None for all."""

    statuses: frozenset[Status] = frozenset({Status.PENDING, Status.QUEUED})
    services: frozenset[str] | None = None

    @property
    def types(self) -> list[str]:
        """The names of the task types."""
        return sorted(service.upper() for service in (self.services or SERVICES))


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A page; ``total`` counts all that the filter lets through."""

    tasks: list[Task]
    total: int
    has_more: bool


def list_server_tasks(
    tx: Transaction,
    server: Server,
    wanted: TaskFilter,
    *,
    limit: int,
    page: int = 1,
    after: str | None = None,
) -> TaskPage:
    """The tasks at ``server``: those after the task ``after``, else the ``page``-th so many.

    Where that task is not there any more, the page goes on where it stood. `Refused` where
    ``after`` is no id.
    """
    total = _total(tx, server, wanted)
    start = _position(tx, server, after) if after else None
    offset = 0 if after else (page - 1) * limit
    if offset >= total and not after:
        return TaskPage([], total, has_more=False)
    query = keys(server, wanted, start, offset + limit + 1).offset(offset).limit(limit + 1)
    ids = [str(row.id) for row in tx.rows(query)]
    return TaskPage(_rows(tx, ids[:limit]), total, has_more=len(ids) > limit)


def keys(server: Server, wanted: TaskFilter, start: Position | None, most: int) -> Select[Any]:
    """The first ``most`` ids in order: a few of each type and status from the index, merged."""
    parts = [
        select(_some(server, name, status, start, most).subquery())
        for name in wanted.types
        for status in sorted(wanted.statuses)
    ]
    merged = union_all(*parts).subquery("merged")
    return select(merged.c.id).order_by(merged.c.created_at, merged.c.id)


def _some(
    server: Server, type_name: str, status: Status, start: Position | None, most: int
) -> Select[Any]:
    query = select(tasks.c.created_at, tasks.c.id).where(
        tasks.c.server_id == server.id, tasks.c.type == type_name, tasks.c.status == status.value
    )
    if start is not None:
        query = query.where(_is_after(*start))
    return query.order_by(tasks.c.created_at, tasks.c.id).limit(most)


def _is_after(created_at: datetime, task_id: str) -> ColumnElement[bool]:
    here = tuple_(literal(created_at, Moment()), literal(task_id, Id))
    return tuple_(tasks.c.created_at, tasks.c.id) > here


def _position(tx: Transaction, server: Server, after: str) -> Position:
    """Where the task stands or stood: ids hold the time of their making (RFC 9562, 5.7)."""
    if not is_id(after) or UUID(after).version != 7:
        raise Refused(
            "after: must be the id of the last task of a page.", code="INVALID_FIELD", field="after"
        )
    query = select(tasks.c.created_at)
    row = tx.first(query.where(tasks.c.id == after, tasks.c.server_id == server.id))
    if row is not None:
        return row.created_at, after
    return datetime.fromtimestamp((UUID(after).int >> 80) / 1000, UTC), after


def _rows(tx: Transaction, ids: list[str]) -> list[Task]:
    found = {row.id: Task.of(row) for row in tx.rows(select(tasks).where(tasks.c.id.in_(ids)))}
    return [found[task_id] for task_id in ids if task_id in found]


def _total(tx: Transaction, server: Server, wanted: TaskFilter) -> int:
    """Counted by the index for what is not over, by counters for what is."""
    final = [status.value for status in wanted.statuses if status.is_final]
    others = [status.value for status in wanted.statuses if not status.is_final]
    total = 0
    if others:
        here = (
            tasks.c.server_id == server.id,
            tasks.c.type.in_(wanted.types),
            tasks.c.status.in_(others),
        )
        total += int(tx.execute(select(func.count()).select_from(tasks).where(*here)).scalar_one())
    if final:
        ended = select(func.coalesce(func.sum(task_counts.c.delta), 0)).where(
            task_counts.c.server_id == server.id,
            task_counts.c.type.in_(wanted.types),
            task_counts.c.status.in_(final),
        )
        total += int(tx.execute(ended).scalar_one())
    return total
