"""Reading the tasks of scripts, as long as the operator has not deleted them.

Totals come from the counters, so their cost grows with what is deleted and not purged yet, not with
all that an account has; only who asks for one device has all of the account's tasks looked at.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, func, literal_column, select, union_all

from shared.db import Transaction
from shared.errors import NotFound
from shared.ids import LARGEST_NUMBER
from shared.tasks.status import Status
from shared.tasks.task import Task, has_status, task_counts, tasks

FROM_CONSOLE = tasks.c.source == literal_column("'ui'", String())
"""Whether somebody made it in the console, written out for the index of those that were."""


@dataclass(frozen=True, slots=True)
class ScriptTasks:
    """The tasks of some types (those that are scripts) that an account has."""

    account_id: str
    types: frozenset[str]

    @property
    def visible(self) -> tuple[ColumnElement[bool], ...]:
        """The rows that are there for the operator."""
        types = tasks.c.type.in_(sorted(self.types))
        return (tasks.c.account_id == self.account_id, types, ~tasks.c.hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptFilter:
    """Which tasks are wanted; None where it does not matter. ``source`` is "ui" or "api".

    ``serial`` is what the task was told, also where the device is there no more.
    """

    statuses: frozenset[Status] | None = None
    serial: str | None = None
    source: str | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """The rows that are wanted."""
        conditions: list[ColumnElement[bool]] = []
        if self.statuses is not None:
            conditions.append(tasks.c.status.in_([s.value for s in self.statuses]))
        if self.serial is not None:
            conditions.append(tasks.c.payload["serial"].as_string() == self.serial)
        if self.source is not None:
            conditions.append(FROM_CONSOLE if self.source == "ui" else ~FROM_CONSOLE)
        return conditions


def list_scripts(
    tx: Transaction, scripts: ScriptTasks, wanted: ScriptFilter, *, limit: int, offset: int
) -> list[Task]:
    """Up to ``limit`` tasks, newest first, without the first ``offset``."""
    query = select(tasks).where(*scripts.visible, *wanted.conditions)
    page = query.order_by(tasks.c.number.desc()).limit(limit).offset(offset)
    return [Task.of(row) for row in tx.rows(page)]


def count_scripts(tx: Transaction, scripts: ScriptTasks, wanted: ScriptFilter) -> int:
    """How many tasks are wanted, exactly."""
    if wanted.serial is not None or wanted.source == "ui":
        return _counted(tx, scripts, wanted)
    by_status = counts_by_status(tx, scripts)
    statuses = frozenset(Status) if wanted.statuses is None else wanted.statuses
    total = sum(by_status.get(status, 0) for status in statuses)
    if wanted.source is None:
        return total
    console = ScriptFilter(statuses=wanted.statuses, source="ui")
    return max(0, total - _counted(tx, scripts, console))


def counts_by_status(tx: Transaction, scripts: ScriptTasks) -> dict[Status, int]:
    """How many tasks there are in each status: the counters', without those that are hidden."""
    types = sorted(scripts.types)
    ever = (
        select(task_counts.c.status, func.sum(task_counts.c.delta).label("n"))
        .where(task_counts.c.account_id == scripts.account_id, task_counts.c.type.in_(types))
        .group_by(task_counts.c.status)
    )
    hidden = (
        select(tasks.c.status, (-func.count()).label("n"))
        .where(tasks.c.account_id == scripts.account_id, tasks.c.type.in_(types), tasks.c.hidden)
        .group_by(tasks.c.status)
    )
    both = union_all(ever, hidden).subquery("both")
    query = select(both.c.status, func.sum(both.c.n).label("n")).group_by(both.c.status)
    return {Status(row.status): int(row.n) for row in tx.rows(query) if row.n}


def get_script(tx: Transaction, scripts: ScriptTasks, number: int) -> Task:
    """The task with that number; `NotFound` where there is none such to be seen."""
    query = select(tasks).where(tasks.c.number == number, *scripts.visible)
    row = tx.first(query) if number <= LARGEST_NUMBER else None
    if row is None:
        raise NotFound("There is no such task.")
    return Task.of(row)


def locked_scripts(tx: Transaction, scripts: ScriptTasks, numbers: Collection[int]) -> list[Task]:
    """Those of the tasks that are there, which nobody else changes in this transaction."""
    known = [number for number in numbers if number <= LARGEST_NUMBER]
    query = select(tasks).where(tasks.c.number.in_(known), *scripts.visible)
    return [Task.of(row) for row in tx.rows(query.order_by(tasks.c.id).with_for_update())]


def locked_failures(tx: Transaction, scripts: ScriptTasks, after: int, most: int) -> list[Task]:
    """Up to ``most`` failed tasks of numbers above ``after``, in order, locked likewise."""
    query = select(tasks).where(*scripts.visible, has_status(Status.FAILED), tasks.c.number > after)
    page = query.order_by(tasks.c.number).limit(most).with_for_update()
    return [Task.of(row) for row in tx.rows(page)]


def _counted(tx: Transaction, scripts: ScriptTasks, wanted: ScriptFilter) -> int:
    query: Any = select(func.count()).select_from(tasks)
    counted = query.where(*scripts.visible, *wanted.conditions)
    return int(tx.execute(counted).scalar_one())
