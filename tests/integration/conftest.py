"""One PostgreSQL database for all tests, emptied after each: a new one for each takes longer."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from shared.migrations.tables import all_tables
from tests.servers import PostgresServer

END_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def _postgres_to_empty(postgres_server: PostgresServer, _postgres_template: str) -> Iterator[str]:
    """The address of the database."""
    with postgres_server.database(_postgres_template) as url:
        yield url


@pytest.fixture
def postgres_url(_postgres_to_empty: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database with the yard's tables."""
    yield _postgres_to_empty
    _empty(_postgres_to_empty)


def _empty(url: str) -> None:
    """End every other session, remove all rows, and let numbers begin at 1 again."""
    tables = list(reversed(all_tables().sorted_tables))
    counted = [table.name for table in tables if "number" in table.c]
    statements = [
        END_OTHERS,
        "SET synchronous_commit = off",
        *(f"DELETE FROM {table.name}" for table in tables),
        *(f"SELECT setval(pg_get_serial_sequence('{t}', 'number'), 1, false)" for t in counted),
    ]
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(";".join(statements))
