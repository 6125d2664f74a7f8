"""The account that a yard on one machine begins with, and the key to it."""

from __future__ import annotations

from pathlib import Path

from shared.accounts.account import create_account, find_account
from shared.accounts.api_key import create_api_key
from shared.accounts.ledger import top_up
from shared.db import Store, Transaction
from shared.settings import Settings
from taskyard.home import write_secret

NAME = "demo"
CENTS = 10_000


def demo_key_file(home: Path) -> Path:
    """Where the text of the demo account's key is kept, for this user alone."""
    return home / "demo_api_key"


def ensure_demo(store: Store, settings: Settings) -> str:
    """The demo account's API key; account, credits and key are made the first time."""
    file = demo_key_file(settings.home)
    with store.begin() as tx:
        is_new = find_account(tx, NAME) is None
        if is_new:
            _open_account(tx)
        if is_new or not file.exists():
            write_secret(file, _new_key(tx, settings))
    return file.read_text(encoding="ascii").strip()


def _open_account(tx: Transaction) -> None:
    account = create_account(tx, NAME, plan="pro")
    top_up(tx, account.id, CENTS, actor="taskyard up")


def _new_key(tx: Transaction, settings: Settings) -> str:
    account = find_account(tx, NAME)
    assert account is not None  # noqa: S101 - it was made above
    return create_api_key(tx, settings, account.id, name="demo")[1]
