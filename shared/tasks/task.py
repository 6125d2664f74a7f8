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
)

from shared.columns import Document, Id, Moment, Number
from shared.db import metadata
from shared.tasks.status import Status
from shared.tasks.task_indexes import add_indexes, when

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
    Column("secrets", Document),
    Column("caller_metadata", Document),
    Column("callback_url", Text),
    Column("schedule_id", Id),
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
    Column("server_id", Id),
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


add_indexes(tasks)


def has_status(status: Status) -> ColumnElement[bool]:
    """Whether a row has ``status``, written out so that the status's partial index serves it."""
    return tasks.c.status == literal_column(f"'{status.value}'", String())


AT_BROKER = and_(has_status(Status.QUEUED), tasks.c.server_id.is_(None))
"""Whether a row is handed out to a queue of the broker, and not assigned to a server."""

HELD_BY_PEOPLE = tasks.c.holder == literal_column(f"'{PEOPLE}'", Text())
"""Whether people are asked, written out for the same reason."""

ON_WORKERS = and_(
    has_status(Status.RUNNING), tasks.c.holder != literal_column(f"'{PEOPLE}'", Text())
)
"""Whether a worker or a server runs it; what people are asked about, and there may be very much of
it, is not even looked at."""


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
    Column("server_id", Id),
    Column("delta", Integer, nullable=False),
    Index("ix_task_counts_account", "account_id", "type", "status"),
    Index("ix_task_counts_server", "server_id", **when("server_id IS NOT NULL")),
)
"""Counters as sums of deltas: writers only insert, so nobody waits; a chore folds them.

``server_id`` is that of the server which a task was at when it ended: of final ones alone."""


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
    secrets: dict[str, str] | None
    caller_metadata: dict[str, Any] | None
    callback_url: str | None
    schedule_id: str | None
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
    server_id: str | None
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
