"""Reading tasks: one, a page by keyset, and the counters. Cost does not grow with the table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from shared.db import Transaction
from shared.ids import LARGEST_NUMBER, is_id
from shared.tasks.status import FINAL, Status
from shared.tasks.task import Task, task_counts, tasks, transitions


@dataclass(frozen=True, slots=True)
class Step:
    """A transition: one arrow that a task took; ``number`` orders those of one task."""

    number: int
    from_status: Status | None
    to_status: Status
    attempt: int
    actor: str
    reason: str | None
    at: datetime


def find_task(tx: Transaction, task_id: str) -> Task | None:
    """The task, whosever it is, or None."""
    row = tx.first(select(tasks).where(tasks.c.id == task_id)) if is_id(task_id) else None
    return None if row is None else Task.of(row)


def find_numbered(tx: Transaction, number: int) -> Task | None:
    """The task with that number, whosever it is, or None."""
    found = 0 < number <= LARGEST_NUMBER
    row = tx.first(select(tasks).where(tasks.c.number == number)) if found else None
    return None if row is None else Task.of(row)


def get_task(tx: Transaction, task_id: str, account_id: str) -> Task | None:
    """The account's task, or None where it is unknown or another account's."""
    if not is_id(task_id):
        return None
    query = select(tasks).where(tasks.c.id == task_id, tasks.c.account_id == account_id)
    row = tx.first(query)
    return None if row is None else Task.of(row)


def list_tasks(
    tx: Transaction,
    account_id: str,
    *,
    statuses: Collection[Status] | None = None,
    condition: ColumnElement[bool] | None = None,
    type: str | None = None,  # noqa: A002 - the field's own name
    project_id: str | None = None,
    before: int | None = None,
    limit: int = 25,
) -> list[Task]:
    """Up to ``limit`` tasks of the account, newest first, older than number ``before``.

    ``condition`` is a caller's own, on columns of `tasks`.
    """
    query = select(tasks).where(tasks.c.account_id == account_id)
    if statuses is not None:
        query = query.where(tasks.c.status.in_([status.value for status in statuses]))
    if condition is not None:
        query = query.where(condition)
    if type is not None:
        query = query.where(tasks.c.type == type)
    if project_id is not None:
        query = query.where(tasks.c.project_id == project_id)
    if before is not None:
        query = query.where(tasks.c.number < before)
    return [Task.of(row) for row in tx.rows(query.order_by(tasks.c.number.desc()).limit(limit))]


def counts(tx: Transaction, account_id: str) -> dict[tuple[str, Status], int]:
    """How many tasks the account has of each type in each status."""
    query = (
        select(task_counts.c.type, task_counts.c.status, func.sum(task_counts.c.delta).label("n"))
        .where(task_counts.c.account_id == account_id)
        .group_by(task_counts.c.type, task_counts.c.status)
    )
    return {(row.type, Status(row.status)): int(row.n) for row in tx.rows(query) if row.n}


def final_among(tx: Transaction, ids: Sequence[str]) -> set[str]:
    """Which of ``ids`` are final."""
    words = [status.value for status in FINAL]
    query = select(tasks.c.id).where(tasks.c.id.in_(ids), tasks.c.status.in_(words))
    return {row.id for row in tx.rows(query)}


def history(tx: Transaction, task_id: str) -> list[tuple[str | None, str]]:
    """A task's steps, oldest first."""
    query = select(transitions).where(transitions.c.task_id == task_id)
    rows = tx.rows(query.order_by(transitions.c.number))
    return [(row.from_status, row.to_status) for row in rows]


def steps(tx: Transaction, task_id: str, after: int = 0) -> list[Step]:
    """The transitions of a task with numbers above ``after``, oldest first."""
    columns = [transitions.c[name] for name in Step.__dataclass_fields__]
    query = select(*columns).where(transitions.c.task_id == task_id, transitions.c.number > after)
    return [_step(row) for row in tx.rows(query.order_by(transitions.c.number))]


def _step(row: Row[Any]) -> Step:
    source = Status(row.from_status) if row.from_status else None
    return Step(
        row.number, source, Status(row.to_status), row.attempt, row.actor, row.reason, row.at
    )
