"""What a command that changes rows works with: the settings, and a store with today's tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.accounts.account import Account, find_account
from shared.db import Store, Transaction
from shared.errors import NotFound, SettingsError
from shared.migrations.upgrade import is_current
from shared.settings import Settings, read_settings


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
        if not is_current(store):
            raise SettingsError(
                "The store's tables are not up to date: run `taskyard db upgrade`, "
                "or `taskyard up` once."
            )
        yield Desk(settings, store)
    finally:
        store.close()


def account_of(tx: Transaction, name_or_id: str) -> Account:
    """The account of that name or id; `NotFound` names it where there is none."""
    account = find_account(tx, name_or_id)
    if account is None:
        raise NotFound(f"There is no account {name_or_id!r}: see `taskyard account list`.")
    return account
