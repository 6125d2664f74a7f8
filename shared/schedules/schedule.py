"""Schedules: a task that is submitted again and again, and when."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    String,
    Table,
    and_,
    func,
    select,
    text,
    true,
    update,
)

from shared.columns import Document, Id, Moment, Number
from shared.db import Transaction, metadata
from shared.errors import NotFound
from shared.ids import is_id
from shared.schedules.outlook import Agenda, Missed
from shared.schedules.standing import Standing
from shared.schedules.timing import Timing

WAITS = text("wake_at IS NOT NULL")
KEEPS_SECRETS = text("secrets IS NOT NULL")

schedules = Table(
    "schedules",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("id", Id, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("cron", String(200)),
    Column("every", String(40)),
    Column("every_seconds", Integer),
    Column("timezone", String(64), nullable=False),
    Column("jitter_seconds", Integer, nullable=False),
    Column("anchor_at", Moment, nullable=False),
    Column("start_at", Moment),
    Column("end_at", Moment),
    Column("missed", String(10), nullable=False),
    Column("task", Document, nullable=False),
    Column("pattern", Document, nullable=False),
    Column("secrets", Document),
    Column("next_due_at", Moment),
    Column("wake_at", Moment),
    Column("paused_at", Moment),
    Column("deleted_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("ix_schedules_listing", "account_id", "number"),
    Index("ix_schedules_wake", "wake_at", postgresql_where=WAITS, sqlite_where=WAITS),
    Index(
        "ix_schedules_secrets",
        "number",
        postgresql_where=KEEPS_SECRETS,
        sqlite_where=KEEPS_SECRETS,
    ),
    sqlite_autoincrement=True,
)
"""``every`` is the interval as the caller wrote it. ``task`` is what the caller sent, without
secrets; ``pattern`` and ``secrets`` what each firing is made of. ``next_due_at`` is null where it
will never be due again, or not while it is paused; ``wake_at`` is that time with its jitter."""

COLUMNS = tuple(column for column in schedules.c if column.name != "deleted_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One row of `schedules`, as read."""

    number: int
    id: str
    account_id: str
    name: str
    cron: str | None
    every: str | None
    every_seconds: int | None
    timezone: str
    jitter_seconds: int
    anchor_at: datetime
    start_at: datetime | None
    end_at: datetime | None
    missed: str
    task: dict[str, Any]
    pattern: dict[str, Any]
    secrets: dict[str, str] | None
    next_due_at: datetime | None
    wake_at: datetime | None
    paused_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> Schedule:
        """The schedule in ``row``, which holds `COLUMNS`."""
        return cls(**row._mapping)

    @property
    def agenda(self) -> Agenda:
        """What its owner asked for."""
        return Agenda(
            schedule_id=self.id,
            timing=self.timing,
            jitter_seconds=self.jitter_seconds,
            missed=Missed(self.missed),
        )

    @property
    def timing(self) -> Timing:
        """When it is due."""
        return Timing(
            cron=self.cron,
            every_seconds=self.every_seconds,
            timezone=self.timezone,
            anchor_at=self.anchor_at,
            start_at=self.start_at,
            end_at=self.end_at,
        )

    @property
    def standing(self) -> Standing:
        """Whether it goes on."""
        if self.paused_at is not None:
            return Standing.PAUSED
        return Standing.ENDED if self.next_due_at is None else Standing.ACTIVE


assert [f.name for f in fields(Schedule)] == [c.name for c in COLUMNS]  # noqa: S101 - in step


def get_schedule(
    tx: Transaction, schedule_id: str, account_id: str, *, for_update: bool = False
) -> Schedule:
    """The account's schedule; `NotFound` where it is unknown, deleted or another account's."""
    found = None
    if is_id(schedule_id):
        query = _of(account_id).where(schedules.c.id == schedule_id)
        found = tx.first(query.with_for_update() if for_update else query)
    if found is None:
        raise NotFound("There is no such schedule.")
    return Schedule.of(found)


def list_schedules(
    tx: Transaction,
    account_id: str,
    *,
    standing: Standing | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Schedule]:
    """Up to ``limit`` schedules of the account, newest first, older than number ``before``."""
    query = _of(account_id).where(_stands(standing))
    if before is not None:
        query = query.where(schedules.c.number < before)
    return [Schedule.of(r) for r in tx.rows(query.order_by(schedules.c.number.desc()).limit(limit))]


def count_schedules(tx: Transaction, account_id: str) -> int:
    """How many schedules the account has."""
    query = select(func.count()).select_from(schedules)
    mine = (schedules.c.account_id == account_id, schedules.c.deleted_at.is_(None))
    return int(tx.rows(query.where(*mine))[0][0])


def write(tx: Transaction, schedule: Schedule, **values: Any) -> Schedule:
    """Write ``values``, columns of `schedules`; the schedule as it is then."""
    changed = update(schedules).where(schedules.c.id == schedule.id).values(**values)
    return Schedule.of(tx.rows(changed.returning(*COLUMNS))[0])


def _of(account_id: str) -> Any:
    mine = (schedules.c.account_id == account_id, schedules.c.deleted_at.is_(None))
    return select(*COLUMNS).where(*mine)


def _stands(standing: Standing | None) -> ColumnElement[bool]:
    paused, over = schedules.c.paused_at.is_not(None), schedules.c.next_due_at.is_(None)
    match standing:
        case Standing.PAUSED:
            return paused
        case Standing.ENDED:
            return and_(~paused, over)
        case Standing.ACTIVE:
            return and_(~paused, ~over)
    return true()
