"""Yards for the workers' tests: one for a module, on servers that the whole run shares."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.servers import PostgresServer, ValkeyServer
from tests.working_yard import WorkingYard

NewYard = Callable[..., WorkingYard]


@pytest.fixture(scope="module")
def module_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """A Valkey for one module: its workers must not see another module's messages."""
    server = ValkeyServer(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def new_yard(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[NewYard]:
    """Makes yards on an empty store of a kind, or on one at an address; the module ends them."""
    with ExitStack() as ends:

        def make(kind: str, valkey: ValkeyServer, **settings: Any) -> WorkingYard:
            folder = tmp_path_factory.mktemp("yard")
            if kind == "sqlite":
                shutil.copyfile(request.getfixturevalue("_sqlite_template"), folder / "yard.db")
                url = f"sqlite:///{folder}/yard.db"
            elif kind == "postgresql":
                server: PostgresServer = request.getfixturevalue("postgres_server")
                template = request.getfixturevalue("_postgres_template")
                url = ends.enter_context(server.database(template))
            else:
                url = kind
            yard = WorkingYard(folder, url, valkey.url, **settings)
            ends.callback(yard.close)
            return yard

        yield make
