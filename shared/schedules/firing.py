"""Firings: what a schedule did, a row for each due time, made once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    and_,
    insert,
    or_,
    select,
)

from shared.columns import Document, Id, Moment, Number
from shared.db import Transaction, metadata
from shared.errors import Refused
from shared.tasks.draft import Accepted
from shared.tasks.submission import Answer

firings = Table(
    "schedule_firings",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("schedule_id", Id, ForeignKey("schedules.id"), nullable=False),
    Column("due_at", Moment),
    Column("fired_at", Moment, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("missed", Integer, nullable=False),
    Column("task_id", Id),
    Column("error", Document),
    UniqueConstraint("schedule_id", "due_at"),
    Index("ix_schedule_firings_listing", "schedule_id", "number"),
    Index("ix_schedule_firings_fired", "fired_at"),
    sqlite_autoincrement=True,
)
"""``due_at`` is null where somebody asked for it. ``missed``: how many earlier due times passed
that nothing was made for."""


class Outcome(StrEnum):
    """What came of a firing.

    submitted  its task was stored
    refused    its task could not be had, for the reason in `error`
    skipped    it was missed, and nothing was made for it
    """

    SUBMITTED = "submitted"
    REFUSED = "refused"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One row of `firings`, as read."""

    number: int
    schedule_id: str
    due_at: datetime | None
    fired_at: datetime
    outcome: str
    missed: int
    task_id: str | None
    error: dict[str, str] | None

    @classmethod
    def of(cls, row: Row[Any]) -> Firing:
        """The firing in ``row``, which holds all columns of `firings`."""
        return cls(**row._mapping)


assert [f.name for f in fields(Firing)] == [c.name for c in firings.c]  # noqa: S101 - in step


def firing_row(
    schedule_id: str,
    due_at: datetime | None,
    fired_at: datetime,
    answer: Answer | None,
    missed: int = 0,
) -> dict[str, Any]:
    """The new row of a firing whose task was answered so; None: it was skipped. Pure."""
    row = {
        "schedule_id": schedule_id,
        "due_at": due_at,
        "fired_at": fired_at,
        "missed": missed,
        "outcome": Outcome.SKIPPED.value,
        "task_id": None,
        "error": None,
    }
    if isinstance(answer, Accepted):
        return {**row, "outcome": Outcome.SUBMITTED.value, "task_id": answer.task_id}
    if answer is not None:
        code = answer.code if isinstance(answer, Refused) else "UNAVAILABLE"
        error = {"code": code, "message": str(answer)}
        return {**row, "outcome": Outcome.REFUSED.value, "error": error}
    return row


def add_firings(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Store new rows; their numbers are in the order given."""
    if rows:
        tx.execute(insert(firings), rows)


def add_firing(tx: Transaction, row: dict[str, Any]) -> Firing:
    """Store one new row; the firing."""
    return Firing.of(tx.rows(insert(firings).values(row).returning(firings))[0])


def made_already(
    tx: Transaction, wanted: Collection[tuple[str, datetime]]
) -> set[tuple[str, datetime]]:
    """Which of ``wanted``, ids of schedules and due times, have a firing."""
    if not wanted:
        return set()
    due: defaultdict[str, list[datetime]] = defaultdict(list)
    for schedule_id, due_at in wanted:
        due[schedule_id].append(due_at)
    # Of each its own span: one that is days behind must not have all that the others did read.
    spans = [
        and_(firings.c.schedule_id == schedule_id, firings.c.due_at.between(min(dues), max(dues)))
        for schedule_id, dues in due.items()
    ]
    query = select(firings.c.schedule_id, firings.c.due_at).where(or_(*spans))
    return {(row.schedule_id, row.due_at) for row in tx.rows(query)} & set(wanted)


def list_firings(
    tx: Transaction, schedule_id: str, *, before: int | None = None, limit: int = 50
) -> list[Firing]:
    """Up to ``limit`` firings of a schedule, newest first, older than number ``before``."""
    query = select(firings).where(firings.c.schedule_id == schedule_id)
    if before is not None:
        query = query.where(firings.c.number < before)
    return [Firing.of(r) for r in tx.rows(query.order_by(firings.c.number.desc()).limit(limit))]
