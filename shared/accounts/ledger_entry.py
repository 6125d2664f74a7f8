"""Ledger rows: every posting is two entries that sum to zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Row, String, Table, Text

from shared.columns import Id, Moment, Number
from shared.db import metadata


class Book(StrEnum):
    """Where an account's money can be.

    funding    what came from outside; below zero by as much as was ever paid in
    available  what may still be spent: the account's balance
    held       put aside for tasks that are not final
    spent      paid for tasks that were completed
    """

    FUNDING = "funding"
    AVAILABLE = "available"
    HELD = "held"
    SPENT = "spent"


class Kind(StrEnum):
    """What a posting is: money in, put aside for a task, kept for it, or given back."""

    TOP_UP = "top_up"
    HOLD = "hold"
    CAPTURE = "capture"
    VOID = "void"


MOVES: dict[Kind, tuple[Book, Book]] = {
    Kind.TOP_UP: (Book.FUNDING, Book.AVAILABLE),
    Kind.HOLD: (Book.AVAILABLE, Book.HELD),
    Kind.CAPTURE: (Book.HELD, Book.SPENT),
    Kind.VOID: (Book.HELD, Book.AVAILABLE),
}
"""From which book into which each kind of posting moves its cents."""

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("posting_id", Id, nullable=False),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("task_id", Id),
    Column("kind", String(10), nullable=False),
    Column("book", String(10), nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("actor", Text),
    Column("at", Moment, nullable=False),
    Index("ix_ledger_entries_account", "account_id", "number"),
    Index("ix_ledger_entries_task", "task_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One half of a posting: ``amount_cents`` into ``book`` (out of it where below zero)."""

    number: int
    posting_id: str
    account_id: str
    task_id: str | None
    kind: Kind
    book: Book
    amount_cents: int
    actor: str | None
    at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> LedgerEntry:
        """The entry in ``row``, which holds all columns of `ledger_entries`."""
        values = row._asdict()
        kind, book = Kind(values.pop("kind")), Book(values.pop("book"))
        return cls(kind=kind, book=book, **values)
