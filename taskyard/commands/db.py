"""``taskyard db``: the store's tables."""

from __future__ import annotations

import click

from shared.db import Store
from shared.migrations.upgrade import upgrade
from shared.settings import read_settings
from taskyard.home import open_home


@click.group("db")
def command() -> None:
    """The store's tables."""


@command.command("upgrade")
def upgrade_tables() -> None:
    """Bring the tables to this version's shape; safe at any time, and by several at once."""
    settings = read_settings()
    if settings.database_url.startswith("sqlite"):
        open_home(settings.home)
    store = Store(settings.database_url, pool_size=1)
    try:
        upgrade(store)
    finally:
        store.close()
    click.echo("The tables are up to date.")
