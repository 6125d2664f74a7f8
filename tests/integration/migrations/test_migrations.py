"""Migrations make the same tables as the models, on both stores, and never two at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

import shared.migrations.tables
from shared.db import Store
from shared.errors import SettingsError
from shared.migrations.tables import all_tables
from shared.migrations.upgrade import is_current, upgrade
from tests.servers import PostgresServer

UPGRADE = (
    "import sys; from shared.db import Store; from shared.migrations.upgrade import upgrade;"
    "upgrade(Store(sys.argv[1]))"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def empties(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two stores of the same kind, without any table."""
    with ExitStack() as rest:
        if request.param == "sqlite":
            urls = [f"sqlite:///{tmp_path / name}" for name in ("one.db", "two.db")]
        else:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            urls = [rest.enter_context(server.database()) for _ in range(2)]
        one, two = (Store(url) for url in urls)
        rest.callback(one.close)
        rest.callback(two.close)
        yield one, two


@pytest.fixture
def empty(empties: tuple[Store, Store]) -> Store:
    """A store without any table."""
    return empties[0]


def shape(store: Store) -> dict[str, object]:
    """Every table with columns, constraints and indexes, as the database tells them."""
    inspector = inspect(store.engine)
    tables = [name for name in inspector.get_table_names() if name != "alembic_version"]
    return {name: _table(inspector, name) for name in tables}


def _table(inspector: object, name: str) -> dict[str, object]:
    ask = {
        "columns": "get_columns",
        "key": "get_pk_constraint",
        "foreign": "get_foreign_keys",
        "unique": "get_unique_constraints",
        "checks": "get_check_constraints",
        "indexes": "get_indexes",
    }
    return {what: _sorted(getattr(inspector, verb)(name)) for what, verb in ask.items()}


def _sorted(told: object) -> list[str]:
    return sorted(map(_text, told)) if isinstance(told, list) else [_text(told)]


def _text(told: object) -> str:
    """``told`` in words; an index's condition is an object whose repr says nothing."""
    if isinstance(told, dict):
        return str({name: _text(value) for name, value in told.items()})
    return str(told)


def test_migrations_make_what_the_models_declare(empties: tuple[Store, Store]) -> None:
    migrated, declared = empties
    upgrade(migrated)
    all_tables().create_all(declared.engine)
    assert shape(migrated) == shape(declared)


def test_autogenerate_finds_nothing_to_add(empty: Store) -> None:
    upgrade(empty)
    with empty.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx.connection), all_tables()) == []


def test_a_store_is_current_only_after_the_upgrade(empty: Store) -> None:
    assert not is_current(empty)
    upgrade(empty)
    assert is_current(empty)
    upgrade(empty)
    assert is_current(empty)


def test_four_upgrades_at_once_make_the_tables_once(empty: Store) -> None:
    upgrades = [
        subprocess.Popen([sys.executable, "-c", UPGRADE, empty.url], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    ends = [(process.communicate(timeout=60)[1], process.returncode) for process in upgrades]
    assert ends == [(b"", 0)] * 4
    assert is_current(empty)


def test_an_upgrade_that_fails_changes_nothing(empty: Store) -> None:
    with empty.begin() as tx:
        tx.execute(text("CREATE TABLE transitions (id INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        upgrade(empty)
    assert set(shape(empty)) == {"transitions"}
    assert not is_current(empty)


def test_a_store_of_a_newer_version_is_refused(empty: Store) -> None:
    upgrade(empty)
    with empty.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not is_current(empty)
    with pytest.raises(SettingsError, match="not one this version can upgrade"):
        upgrade(empty)


def test_every_module_with_tables_is_known() -> None:
    root = Path(shared.__file__).parent
    sources = {file: file.read_text(encoding="utf-8") for file in root.rglob("*.py")}
    declaring = {
        ".".join(("shared", *file.relative_to(root).with_suffix("").parts))
        for file, source in sources.items()
        if "= Table(" in source
    }
    assert declaring == set(shared.migrations.tables.TABLE_MODULES)
