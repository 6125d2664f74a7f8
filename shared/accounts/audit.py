"""Checking the books: what must always be true of the ledger, said where it is not."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, case, func, or_, select

from shared.accounts.account import accounts
from shared.accounts.ledger_entry import Book, ledger_entries
from shared.db import Transaction

_AMOUNT = ledger_entries.c.amount_cents


def audit(tx: Transaction) -> list[str]:
    """One sentence for each violation: none means that the books are right."""
    return [*_unbalanced_postings(tx), *_wrong_sums(tx), *_overdrawn_tasks(tx)]


def _unbalanced_postings(tx: Transaction) -> Iterator[str]:
    query = (
        select(ledger_entries.c.posting_id, func.sum(_AMOUNT).label("total"))
        .group_by(ledger_entries.c.posting_id)
        .having(or_(func.sum(_AMOUNT) != 0, func.count() != 2))
    )
    for row in tx.rows(query):
        yield f"posting {row.posting_id} is not two entries that sum to zero: {row.total}"


def _wrong_sums(tx: Transaction) -> Iterator[str]:
    """One statement, so that it sees accounts and entries at one and the same moment."""
    available, held = _in_book(Book.AVAILABLE), _in_book(Book.HELD)
    query = (
        select(accounts.c.name, accounts.c.balance_cents, accounts.c.held_cents)
        .add_columns(available.label("available"), held.label("held"))
        .outerjoin_from(accounts, ledger_entries, ledger_entries.c.account_id == accounts.c.id)
        .group_by(accounts.c.id)
    )
    for row in tx.rows(query):
        if (row.balance_cents, row.held_cents) != (row.available, row.held):
            yield (
                f"account {row.name} says balance {row.balance_cents} and held {row.held_cents}, "
                f"its books say {row.available} and {row.held}"
            )
        if row.available < 0 or row.held < 0:
            yield f"account {row.name} is below zero: {row.available} and {row.held}"


def _overdrawn_tasks(tx: Transaction) -> Iterator[str]:
    """A task cannot have more kept or given back than was put aside for it."""
    held = func.sum(_AMOUNT).label("held")
    query = (
        select(ledger_entries.c.task_id, held)
        .where(ledger_entries.c.book == Book.HELD.value, ledger_entries.c.task_id.is_not(None))
        .group_by(ledger_entries.c.task_id)
        .having(held < 0)
    )
    for row in tx.rows(query):
        yield f"task {row.task_id} gave back or kept {-row.held} cents more than it held"


def _in_book(book: Book) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((ledger_entries.c.book == book.value, _AMOUNT), else_=0)), 0)
