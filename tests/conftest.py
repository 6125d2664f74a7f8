"""What every test may ask for: real stores with their tables, a real Valkey, settings, a clock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from shared.clock import FakeClock
from shared.db import Store
from shared.settings import Settings, read_settings
from tests.compiled_statements import compile_once
from tests.measured import unmeasured
from tests.servers import PostgresServer, ValkeyServer
from tests.tables import make_tables

compile_once()
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # as `workers.app` does in a worker
SECRET_KEY = "a secret key for tests, long enough"


@pytest.fixture(scope="session", autouse=True)
def _unmeasured() -> Iterator[None]:
    with unmeasured():
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the whole run; a test that restarts it leaves it running."""
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database with the yard's tables, to copy for each test."""
    with postgres_server.database() as url:
        store = Store(url)
        make_tables(store)
        store.close()
        yield str(make_url(url).database)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, _postgres_template: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL database with the yard's tables."""
    with postgres_server.database(_postgres_template) as url:
        yield url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the yard's tables, to copy for each test."""
    file = tmp_path_factory.mktemp("template") / "yard.db"
    store = Store(f"sqlite:///{file}")
    make_tables(store)
    store.close()
    return file


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite file with the yard's tables."""
    file = tmp_path / "yard.db"
    shutil.copyfile(_sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_store(postgres_url: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    """A fresh PostgreSQL store; a test that also asks for ``clock`` moves its time."""
    yield from _opened(postgres_url, request)


@pytest.fixture
def sqlite_store(sqlite_url: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    """A fresh SQLite store; a test that also asks for ``clock`` moves its time."""
    yield from _opened(sqlite_url, request)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """A fresh store of each kind; a test that also asks for ``clock`` moves its time."""
    kinds = {"sqlite": "sqlite_store", "postgresql": "postgres_store"}
    opened: Store = request.getfixturevalue(kinds[request.param])
    return opened


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until the test moves it; the test's store follows it."""
    return FakeClock()


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """A Valkey for the whole run; a test that stops it takes one of its own instead."""
    server = ValkeyServer(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    """A Valkey of the test's own, to stop, kill and restart."""
    server = ValkeyServer(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def valkey(valkey_server: ValkeyServer) -> str:
    """The address of an empty Valkey."""
    valkey_server.flush()
    return valkey_server.url


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a yard in ``tmp_path``, on the test's own store and Valkey where it has them."""
    given = {"TASKYARD_HOME": str(tmp_path), "TASKYARD_SECRET_KEY": SECRET_KEY}
    if "store" in request.fixturenames:
        given["TASKYARD_DATABASE_URL"] = request.getfixturevalue("store").url
    elif "postgres_store" in request.fixturenames:
        given["TASKYARD_DATABASE_URL"] = request.getfixturevalue("postgres_store").url
    elif "sqlite_store" in request.fixturenames:
        given["TASKYARD_DATABASE_URL"] = request.getfixturevalue("sqlite_store").url
    if "valkey" in request.fixturenames:
        given["TASKYARD_REDIS_URL"] = request.getfixturevalue("valkey")
    return read_settings(given)


def _opened(url: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    is_timed = "clock" in request.fixturenames
    store = Store(url, clock=request.getfixturevalue("clock") if is_timed else None)
    yield store
    store.close()
