"""The yard's tables in an empty store, as an operator's upgrade makes them."""

from __future__ import annotations

from alembic import command

from shared.db import Store
from shared.migrations.tables import all_tables
from shared.migrations.upgrade import alembic_config


def make_tables(store: Store) -> None:
    """Make every table that the models declare; tests of migrations prove that it is the same."""
    all_tables().create_all(store.engine)
    with store.begin() as tx:
        command.stamp(alembic_config(tx.connection), "head")
