"""The transitions as a log that can be followed: nothing missed, nothing twice, in order.

Numbers are given when a transition is written, and seen when it is committed: 6 may be there while
5 is still open. So whoever follows the log reads up to a horizon only, below which nothing can
appear any more. A task's own transitions are in order by number, for each was written under the
lock of the task's row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, not_, or_, select, text

from shared.db import Transaction
from shared.tasks.status import Status
from shared.tasks.task import tasks, transitions

OWN = text("SELECT pg_current_xact_id()::text::bigint AS own")
"""A new transaction's own number: all that are open by now and have written have lower ones.

A snapshot's ``xmax`` will not do: it is one above the last that has *ended*, and transactions with
higher numbers may be open.
"""
SNAPSHOT = text(
    "SELECT pg_snapshot_xmin(s)::text::bigint AS oldest,"
    " pg_snapshot_xmax(s)::text::bigint AS beyond FROM pg_current_snapshot() AS s"
)
"""Below the first, every transaction has ended; the second is above the last that has."""


COLUMNS = (
    transitions.c.number,
    transitions.c.task_id,
    tasks.c.account_id,
    tasks.c.type,
    tasks.c.dialect,
    transitions.c.from_status,
    transitions.c.to_status,
    transitions.c.attempt,
    transitions.c.reason,
    transitions.c.at,
)
_next_step = transitions.alias("next_step")
IS_RETRIED = exists().where(
    _next_step.c.task_id == transitions.c.task_id,
    _next_step.c.number > transitions.c.number,
    _next_step.c.from_status == Status.FAILED.value,
    _next_step.c.at == transitions.c.at,
    _next_step.c.actor == transitions.c.actor,
)
"""Whether the task left a failure in the commit in which it failed: it waits for its next try."""


@dataclass(frozen=True, slots=True)
class Event:
    """A step of a task, as others are told of it. ``number`` orders all events of the yard."""

    number: int
    task_id: str
    account_id: str
    type: str
    dialect: str
    from_status: Status | None
    status: Status
    attempt: int
    reason: str | None
    at: datetime


class Horizon:
    """Up to which number the log is complete, as one reader of it knows; for one thread.

    On PostgreSQL it is the newest number that was seen at some moment, as soon as every
    transaction that was open at that moment has ended. A transaction writes to a task before it
    numbers the transition, so it is known as open before it has a number. On SQLite there is one
    writer at a time.

    It goes back where the log does, since the store was set back to an earlier state: numbers are
    given again then, and what is written under them is new.
    """

    def __init__(self) -> None:
        self.number = 0
        self._awaited: tuple[int, int] | None = None

    def advance(self, tx: Transaction) -> int:
        """Look again, outside of every transaction (`Store.read`); the number."""
        if tx.dialect != "postgresql":
            self.number = newest_number(tx)
            return self.number
        if self._awaited is None:
            newest = newest_number(tx)
            if newest <= self.number:
                self.number = newest
                return self.number
            self._awaited = (newest, tx.rows(OWN)[0].own)
        newest, awaited = self._awaited
        seen = tx.rows(SNAPSHOT)[0]
        if seen.oldest >= awaited:
            self.number, self._awaited = newest, None
        elif seen.beyond <= awaited:  # a crash of the store lost that number: it is given again
            self._awaited = None
        return self.number


def read_events(
    tx: Transaction,
    after: int,
    upto: int,
    limit: int,
    *,
    account_id: str | None = None,
    task_ids: Sequence[str] | None = None,
    only: ColumnElement[bool] | None = None,
) -> list[Event]:
    """Up to ``limit`` events with numbers above ``after`` and at most ``upto``, oldest first.

    ``only`` is a condition on `tasks`. A failure after which the task waits for its next try, in
    the same commit, is no event. Where fewer than ``limit`` come, there are no more up to ``upto``.
    """
    query = (
        select(*COLUMNS)
        .join(tasks, tasks.c.id == transitions.c.task_id)
        .where(transitions.c.number > after, transitions.c.number <= upto)
        .where(or_(transitions.c.to_status != Status.FAILED.value, not_(IS_RETRIED)))
        .order_by(transitions.c.number)
        .limit(limit)
    )
    if only is not None:
        query = query.where(only)
    if account_id is not None:
        query = query.where(tasks.c.account_id == account_id)
    if task_ids is not None:
        query = query.where(transitions.c.task_id.in_(task_ids))
    return [_event(row) for row in tx.rows(query)]


def _event(row: Row[Any]) -> Event:
    return Event(
        number=row.number,
        task_id=row.task_id,
        account_id=row.account_id,
        type=row.type,
        dialect=row.dialect,
        from_status=Status(row.from_status) if row.from_status else None,
        status=Status(row.to_status),
        attempt=row.attempt,
        reason=row.reason,
        at=row.at,
    )


def newest_number(tx: Transaction) -> int:
    """The largest number that is seen; below it, some may be missing still."""
    row = tx.first(select(func.max(transitions.c.number).label("number")))
    return (row.number or 0) if row else 0
