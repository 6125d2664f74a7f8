"""What a task has to itself while it runs: a device, say, or an account of another service.

A type names the mutexes of its tasks. Of all tasks with the same mutex one at most is handed out
or running at any time; the others stay pending. A mutex may also be closed, until a time or until
somebody opens it: nothing that needs it is handed out meanwhile, and each such task says why.
What was handed out before the mutex was closed, runs: its handler looks for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    Row,
    Select,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    literal_column,
    or_,
    select,
)

from shared.columns import Id, Moment
from shared.db import Transaction, metadata
from shared.rows import ROWS, encode_rows, row_set
from shared.tasks.draft import Draft
from shared.tasks.task import tasks
from shared.tasks.task_type import Payload, TaskType

LONGEST_NAME = 80
FOR_EVER = datetime.max.replace(tzinfo=UTC)

task_mutexes = Table(
    "task_mutexes",
    metadata,
    Column("task_id", Id, primary_key=True),
    Column("mutex", String(LONGEST_NAME), primary_key=True, index=True),
)
"""Which tasks need, or needed, a mutex: to find them by it. Written and removed with the task."""

closed_mutexes = Table(
    "closed_mutexes",
    metadata,
    Column("mutex", String(LONGEST_NAME), primary_key=True),
    Column("until", Moment),
    Column("reason", Text, nullable=False),
    Column("closed_at", Moment, nullable=False),
)
"""The mutexes that are closed, until a time, or (without one) until they are opened."""

IN_FLIGHT = (
    tasks.c.mutexes.is_not(None),
    tasks.c.status.in_([literal_column("'queued'"), literal_column("'running'")]),
)
"""Written out so that its partial index serves it. People hold nothing that has a mutex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """That a mutex is closed; ``reason`` is a sentence for the owners of its tasks."""

    mutex: str
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Busy:
    """That a task has a mutex now."""

    mutex: str
    task_id: str
    number: int


def needed_by(task_type: TaskType, payload: Payload) -> str | None:
    """What a task of that type needs, as its row keeps it; None where the type has no mutexes."""
    if task_type.mutexes is None:
        return None
    return orjson.dumps(sorted(set(task_type.mutexes(payload)))).decode()


def names(mutexes: str | None) -> frozenset[str]:
    """The mutexes that a row names."""
    return frozenset(orjson.loads(mutexes)) if mutexes else frozenset()


def remember(tx: Transaction, drafts: Iterable[Draft]) -> None:
    """Store what new tasks need."""
    needed = [(draft.id, needed_by(draft.task_type, draft.payload)) for draft in drafts]
    rows = [{"task_id": i, "mutex": name} for i, mutexes in needed for name in names(mutexes)]
    if rows:
        given = row_set(tx.dialect, list(task_mutexes.c))
        statement = insert(task_mutexes).from_select(["task_id", "mutex"], select(given))
        tx.execute(statement, {ROWS: encode_rows(rows)})


def close(tx: Transaction, mutex: str, reason: str, until: datetime | None = None) -> None:
    """Hand out nothing that needs ``mutex`` until then; without a time, until `reopen`.

    One closure at a time: the longer one stays, of equals the newer one's reason.
    """
    tx.lock(f"mutex/{mutex}")
    now = closure(tx, mutex)
    if now is not None and (now.until or FOR_EVER) > (until or FOR_EVER):
        return
    tx.execute(delete(closed_mutexes).where(closed_mutexes.c.mutex == mutex))
    row = {"mutex": mutex, "until": until, "reason": reason, "closed_at": tx.now}
    tx.execute(insert(closed_mutexes).values(row))


def reopen(tx: Transaction, mutex: str) -> bool:
    """Let tasks that need ``mutex`` be handed out again; whether it was closed."""
    tx.lock(f"mutex/{mutex}")
    was_closed = closure(tx, mutex) is not None
    tx.execute(delete(closed_mutexes).where(closed_mutexes.c.mutex == mutex))
    return was_closed


def closure(tx: Transaction, mutex: str) -> Closure | None:
    """That ``mutex`` is closed now, or None."""
    return next(iter(closures(tx, [mutex])), None)


def closures(tx: Transaction, mutexes: Collection[str]) -> list[Closure]:
    """Which of ``mutexes`` are closed now, the longest first."""
    if not mutexes:
        return []
    given = encode_rows({"mutex": name} for name in mutexes)
    rows = tx.rows(_closed(tx.dialect), {ROWS: given, "now": tx.now})
    found = [_closure(row) for row in rows]
    return sorted(found, key=lambda one: (one.until or FOR_EVER, one.mutex), reverse=True)


def busy(tx: Transaction) -> list[Busy]:
    """Which tasks have which mutexes now, all of them: never many. The oldest task first."""
    query = select(tasks.c.mutexes, tasks.c.id, tasks.c.number).where(*IN_FLIGHT)
    rows = sorted(tx.rows(query), key=lambda row: int(row.number))
    return [Busy(name, row.id, row.number) for row in rows for name in sorted(names(row.mutexes))]


@lru_cache
def _closed(dialect: str) -> Select[Any]:
    given = row_set(dialect, [closed_mutexes.c.mutex])
    query = select(closed_mutexes).join(given, given.c.mutex == closed_mutexes.c.mutex)
    later = closed_mutexes.c.until > bindparam("now", type_=Moment())
    return query.where(or_(closed_mutexes.c.until.is_(None), later))


def _closure(row: Row[Any]) -> Closure:
    return Closure(mutex=row.mutex, until=row.until, reason=row.reason)
