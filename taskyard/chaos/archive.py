"""Reads a run's history from the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, Select, func, select

from shared.accounts.account import get_account
from shared.accounts.ledger_entry import LedgerEntry, ledger_entries
from shared.db import Transaction
from shared.patience import patiently
from shared.tasks.status import Status
from shared.tasks.task import tasks, transitions
from shared.yard import Yard
from taskyard.chaos.history import Books, History, TaskRow
from taskyard.chaos.journal import Journal
from taskyard.chaos.timeline import Step, Steps

PATIENCE_SECONDS = 60.0
NEWEST = 4000
"""So many steps reach back far enough to see whether a yard has recovered."""
COLUMNS = [tasks.c[field.name] for field in fields(TaskRow)]


def read_history(yard: Yard, account_id: str, journal: Journal) -> History:
    """What the store knows of the account, beside what the load was told."""

    def read() -> History:
        with yard.store.read() as tx:
            return History(
                accepted=frozenset(one.task_id for one in journal.accepted),
                canceled=dict(journal.canceled),
                tasks=_tasks(tx, account_id),
                steps=_steps(tx, account_id),
                books=_books(tx, account_id),
            )

    return patiently(read, PATIENCE_SECONDS)


def _tasks(tx: Transaction, account_id: str) -> dict[str, TaskRow]:
    query = select(*COLUMNS).where(tasks.c.account_id == account_id).order_by(tasks.c.number)
    found = {}
    for row in tx.rows(query):
        found[row.id] = TaskRow(**row._asdict() | {"status": Status(row.status)})
    return found


def read_newest(yard: Yard, account_id: str) -> dict[str, Steps]:
    """The newest steps of the account's tasks, with how the store is now; `Unavailable`."""
    query = _steps_of(account_id).order_by(transitions.c.number.desc()).limit(NEWEST)
    with yard.store.read() as tx:
        return _by_task(reversed(tx.rows(query)))


def _steps(tx: Transaction, account_id: str) -> dict[str, Steps]:
    return _by_task(tx.rows(_steps_of(account_id).order_by(transitions.c.number)))


def _steps_of(account_id: str) -> Select[Any]:
    of_run = transitions.join(tasks, tasks.c.id == transitions.c.task_id)
    return select(transitions).select_from(of_run).where(tasks.c.account_id == account_id)


def _by_task(rows: Iterable[Row[Any]]) -> dict[str, Steps]:
    found: defaultdict[str, list[Step]] = defaultdict(list)
    for row in rows:
        step = Step(row.from_status, row.to_status, row.attempt, row.actor, row.reason, row.at)
        found[row.task_id].append(step)
    return dict(found)


def _books(tx: Transaction, account_id: str) -> Books:
    own = select(ledger_entries).where(ledger_entries.c.account_id == account_id)
    rows = tx.rows(own.order_by(ledger_entries.c.number))
    total = select(func.coalesce(func.sum(ledger_entries.c.amount_cents), 0))
    account = get_account(tx, account_id)
    return Books(
        entries=[LedgerEntry.of(row) for row in rows],
        balance_cents=account.balance_cents,
        held_cents=account.held_cents,
        yard_sum_cents=int(tx.execute(total).scalar_one()),
    )
