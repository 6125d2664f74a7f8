"""Task rows, their transitions, their parents, and the counters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    SmallInteger,
    String,
    Table,
    Text,
    and_,
    false,
    literal_column,
    text,
)

from shared.columns import Document, Id, Moment, Number
from shared.db import metadata
from shared.tasks.status import Status

PEOPLE = "people"
"""The holder of a task that waits for people's answers."""

tasks = Table(
    "tasks",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("project_id", Id),
    Column("target_id", Id),
    Column("hidden", Boolean, nullable=False, server_default=false()),
    Column("dialect", String(10), nullable=False),
    Column("source", String(10), nullable=False),
    Column("type", String(40), nullable=False),
    Column("queue", String(40), nullable=False),
    Column("mutexes", String(500)),  # the index of lines has no place for more
    Column("priority", SmallInteger, nullable=False),
    Column("turn", Float(53), nullable=False),
    Column("solo", Boolean, nullable=False),
    Column("express", Boolean, nullable=False, server_default=false()),
    Column("due", Boolean, nullable=False),
    Column("status", String(10), nullable=False),
    Column("payload", Document, nullable=False),
    Column("caller_metadata", Document),
    Column("annotators", String(10)),
    Column("cost_cents", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("retry_count", Integer, nullable=False),
    Column("max_retries", Integer, nullable=False),
    Column("lost_leases", Integer, nullable=False),
    Column("deaths", Integer, nullable=False),
    Column("blocked_by", Integer, nullable=False),
    Column("after_policy", String(10)),
    Column("not_before", Moment),
    Column("deadline_at", Moment),
    Column("holder", Text),
    Column("lease_expires_at", Moment),
    Column("cancel_requested_at", Moment),
    Column("answers_wanted", Integer, nullable=False),
    Column("progress", Float),
    Column("detail", Document),
    Column("result", Document),
    Column("error", Document),
    Column("created_at", Moment, nullable=False),
    Column("queued_at", Moment),
    Column("started_at", Moment),
    Column("completed_at", Moment),
    Column("updated_at", Moment, nullable=False),
    CheckConstraint(f"status IN ({', '.join(repr(s.value) for s in Status)})", name="status"),
    sqlite_autoincrement=True,
)


def _when(condition: str, on_sqlite: str | None = None) -> Any:
    """A partial index; the stores match its condition against a query's as each writes it."""
    return {"postgresql_where": text(condition), "sqlite_where": text(on_sqlite or condition)}


Index("ix_tasks_listing", tasks.c.account_id, tasks.c.number)
Index("ix_tasks_by_type", tasks.c.account_id, tasks.c.type, tasks.c.number)
Index("ix_tasks_by_status", tasks.c.account_id, tasks.c.status, tasks.c.number)
Index(
    "ix_tasks_ready",
    tasks.c.queue,
    tasks.c.type,
    tasks.c.account_id,
    tasks.c.turn,
    **_when("status = 'pending' AND due", "status = 'pending' AND due = 1"),
)
Index(
    "ix_tasks_lines",
    tasks.c.type,
    tasks.c.account_id,
    tasks.c.mutexes,
    tasks.c.turn,
    **_when(
        "status = 'pending' AND due AND mutexes IS NOT NULL",
        "status = 'pending' AND due = 1 AND mutexes IS NOT NULL",
    ),
)
Index(
    "ix_tasks_exclusive",
    tasks.c.mutexes,
    **_when("mutexes IS NOT NULL AND status IN ('queued', 'running')"),
)
Index(
    "ix_tasks_waiting",
    tasks.c.not_before,
    **_when(
        "status = 'pending' AND NOT due AND blocked_by = 0",
        "status = 'pending' AND due = 0 AND blocked_by = 0",
    ),
)
Index("ix_tasks_queued", tasks.c.queue, tasks.c.queued_at, **_when("status = 'queued'"))
Index(
    "ix_tasks_leased",
    tasks.c.lease_expires_at,
    **_when("status = 'running' AND holder <> 'people'"),
)
Index("ix_tasks_held", tasks.c.holder, **_when("status = 'running'"))
Index(
    "ix_tasks_asked",
    tasks.c.account_id,
    tasks.c.turn,
    tasks.c.number,
    **_when("status = 'running' AND holder = 'people'"),
)
Index(
    "ix_tasks_deadline",
    tasks.c.deadline_at,
    **_when("deadline_at IS NOT NULL AND completed_at IS NULL"),
)
Index(
    "ix_tasks_jobs",
    tasks.c.account_id,
    tasks.c.created_at,
    tasks.c.id,
    **_when("target_id IS NOT NULL"),
)
Index(
    "ix_tasks_targets",
    tasks.c.target_id,
    tasks.c.type,
    tasks.c.number,
    **_when("target_id IS NOT NULL"),
)
Index(
    "ix_tasks_imports",
    tasks.c.number,
    **_when("type = 'IMPORT' AND completed_at IS NULL"),
)
Index(
    "ix_tasks_hidden",
    tasks.c.account_id,
    tasks.c.type,
    tasks.c.status,
    **_when("hidden", "hidden = 1"),
)
Index(
    "ix_tasks_console",
    tasks.c.account_id,
    tasks.c.type,
    tasks.c.number,
    **_when("source = 'ui'"),
)
Index("ix_tasks_over", tasks.c.completed_at, **_when("completed_at IS NOT NULL"))


def has_status(status: Status) -> ColumnElement[bool]:
    """Whether a row has ``status``, written out so that the status's partial index serves it."""
    return tasks.c.status == literal_column(f"'{status.value}'", String())


HELD_BY_PEOPLE = tasks.c.holder == literal_column(f"'{PEOPLE}'", Text())
"""Whether people are asked, written out for the same reason."""

ON_WORKERS = and_(
    has_status(Status.RUNNING), tasks.c.holder != literal_column(f"'{PEOPLE}'", Text())
)
"""Whether a worker runs it; what people are asked about, and there may be very much of it, is not
even looked at."""


def is_now(status: Status) -> ColumnElement[bool]:
    """Whether a row has ``status``, in a form that no index serves.

    Rows moved by id are to be found by id, never by a partial index of their status that the
    planner believes to be short.
    """
    return tasks.c.status.concat("") == status.value


transitions = Table(
    "transitions",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("task_id", Id, nullable=False, index=True),
    Column("from_status", String(10)),
    Column("to_status", String(10), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
"""Every step of every task, in order of ``number`` for one task."""

task_parents = Table(
    "task_parents",
    metadata,
    Column("task_id", Id, primary_key=True),
    Column("parent_id", Id, primary_key=True, index=True),
)
"""Which tasks a task waits for."""

task_counts = Table(
    "task_counts",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("type", String(40), nullable=False),
    Column("status", String(10), nullable=False),
    Column("delta", Integer, nullable=False),
    Index("ix_task_counts_account", "account_id", "type", "status"),
)
"""Counters as sums of deltas: writers only insert, so nobody waits; a chore folds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row of `tasks`, as read."""

    number: int
    id: str
    account_id: str
    project_id: str | None
    target_id: str | None
    hidden: bool
    dialect: str
    source: str
    type: str
    queue: str
    mutexes: str | None
    priority: int
    turn: float
    solo: bool
    express: bool
    due: bool
    status: Status
    payload: dict[str, Any]
    caller_metadata: dict[str, Any] | None
    annotators: str | None
    cost_cents: int
    attempt: int
    retry_count: int
    max_retries: int
    lost_leases: int
    deaths: int
    blocked_by: int
    after_policy: str | None
    not_before: datetime | None
    deadline_at: datetime | None
    holder: str | None
    lease_expires_at: datetime | None
    cancel_requested_at: datetime | None
    answers_wanted: int
    progress: float | None
    detail: dict[str, Any] | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    created_at: datetime
    queued_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime

    @classmethod
    def of(cls, row: Row[Any] | Mapping[str, Any]) -> Task:
        """The task in ``row``, which holds all columns of `tasks`."""
        values = dict(row._mapping if isinstance(row, Row) else row)
        values["status"] = Status(values["status"])
        return cls(**values)


assert [f.name for f in fields(Task)] == [c.name for c in tasks.c]  # noqa: S101 - kept in step
