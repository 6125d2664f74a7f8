"""The yard's tables in an empty store, as an operator's upgrade makes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from sqlalchemy import text

from shared.db import Store
from shared.migrations.tables import all_tables
from shared.migrations.upgrade import alembic_config


def make_tables(store: Store) -> None:
    """Make every table that the models declare; tests of migrations prove that it is the same."""
    all_tables().create_all(store.engine)
    with store.begin() as tx:
        command.stamp(alembic_config(tx.connection), "head")


@contextmanager
def outdated(store: Store) -> Iterator[None]:
    """``store`` while its tables seem to have been made by another version."""
    with store.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = 'x' || version_num"))
    try:
        yield
    finally:
        with store.begin() as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = substr(version_num, 2)"))
