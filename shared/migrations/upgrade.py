"""Bring a store's tables to today's shape; say whether they have it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from shared.db import Store
from shared.errors import SettingsError
from shared.vectors import pgvector

FOLDER = Path(__file__).parent
"""Where ``env.py`` and the versions are."""
LOCK = 7_427_001_653
"""The advisory lock that an upgrade holds on PostgreSQL: any number that nobody else takes."""


def upgrade(store: Store) -> None:
    """Apply what is pending, all or nothing; a second upgrade at the same time waits its turn.

    `SettingsError` where the store was made by a newer version, `Unavailable` where it does not
    answer.
    """
    try:
        with store.begin() as tx:  # on SQLite this holds the write lock already
            if tx.dialect == "postgresql":
                for limit in ("statement_timeout", "lock_timeout"):  # large tables take long
                    tx.execute(text(f"SET LOCAL {limit} = 0"))
                tx.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            command.upgrade(alembic_config(tx.connection), "head")
            pgvector.prepare(tx)
    except CommandError as error:
        raise SettingsError(f"The database is not one this version can upgrade: {error}") from error


def is_current(store: Store) -> bool:
    """Whether the store's tables have today's shape; `Unavailable` where it does not answer."""
    with store.read() as tx:
        applied = MigrationContext.configure(tx.connection).get_current_heads()
    return set(applied) == set(ScriptDirectory.from_config(alembic_config()).get_heads())


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, on ``connection`` where one is given; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
