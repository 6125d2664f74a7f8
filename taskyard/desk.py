"""What a command that changes rows works with: the settings, and a store with today's tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.accounts.account import Account, find_account
from shared.db import Store, Transaction
from shared.errors import NotFound, Refused, SettingsError
from shared.ids import LARGEST_NUMBER
from shared.migrations.upgrade import is_current
from shared.settings import Settings, read_settings
from shared.tasks.queries import find_numbered, find_task
from shared.tasks.task import Task
from shared.yard import Yard, open_yard
from taskyard import demo

LONGEST_NUMBER = len(str(LARGEST_NUMBER))


@dataclass(frozen=True, slots=True)
class Desk:
    """Settings and store."""

    settings: Settings
    store: Store


@contextmanager
def open_desk() -> Iterator[Desk]:
    """A desk in the yard that the environment names; `SettingsError` where it has no tables yet."""
    settings = read_settings()
    store = Store(settings.database_url, pool_size=1)
    try:
        check_tables(store)
        yield Desk(settings, store)
    finally:
        store.close()


@contextmanager
def open_whole_yard() -> Iterator[Yard]:
    """The same with the broker and the task types, for what has to do with tasks."""
    yard = open_yard(read_settings(), pool_size=1)
    try:
        check_tables(yard.store)
        yield yard
    finally:
        yard.broker.close()
        yard.store.close()


def check_tables(store: Store) -> None:
    """`SettingsError` where the store has not the tables of this version."""
    if not is_current(store):
        raise SettingsError(
            "The store's tables are not up to date: run `taskyard db upgrade`, "
            "or `taskyard up` once."
        )


def task_of(tx: Transaction, task_id: str) -> Task:
    """The task with that id or number, whosever it is; `NotFound` names it where there is none."""
    is_number = task_id.isascii() and task_id.isdigit() and len(task_id) <= LONGEST_NUMBER
    task = find_numbered(tx, int(task_id)) if is_number else find_task(tx, task_id)
    if task is None:
        raise NotFound(f"There is no task {task_id!r}.")
    return task


def account_of(tx: Transaction, name_or_id: str) -> Account:
    """The account of that name or id; `NotFound` names it where there is none."""
    account = find_account(tx, name_or_id)
    if account is None:
        raise NotFound(f"There is no account {name_or_id!r}: see `taskyard account list`.")
    return account


def acting_account(tx: Transaction, settings: Settings, name_or_id: str | None) -> Account:
    """The account in whose name a command acts: the one given, else the yard's local one.

    `Refused` where it is disabled.
    """
    found = account_of(tx, name_or_id or settings.local_account or demo.NAME)
    if not found.enabled:
        way = f"`taskyard account set {found.name} --enable`"
        raise Refused(f"The account {found.name} is disabled: {way}.")
    return found
