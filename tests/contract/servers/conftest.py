"""What tests of the servers' contract may ask for: one gateway for all, a server for each test.

Words do not depend on the store; what does is tested on both elsewhere.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from shared.db import Store
from shared.settings import read_settings
from tests.conftest import SECRET_KEY
from tests.remote_servers import Remote, ServersBench, open_servers_bench, servers_yard


@pytest.fixture(scope="session")
def bench(
    _sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServersBench]:
    """A gateway to a yard whose links are made by servers of the tests."""
    home = tmp_path_factory.mktemp("servers")
    shutil.copyfile(_sqlite_template, home / "taskyard.db")
    given = {"TASKYARD_HOME": str(home), "TASKYARD_SECRET_KEY": SECRET_KEY}
    settings = read_settings(given)
    store = Store(settings.database_url)
    with open_servers_bench(servers_yard(settings, store)) as opened:
        yield opened
    store.close()


@pytest.fixture
def remote(bench: ServersBench) -> Remote:
    """A server that offers entity and social, to an account of its own."""
    return bench.remote()


@pytest.fixture
def rival(bench: ServersBench, remote: Remote) -> Remote:
    """Another server of the same account."""
    return bench.remote(account=remote.account)


def shortly(value: object) -> str:
    """The name of a parameter that may be very long."""
    return repr(value)[:40]


def refused(answer: TestResponse, status: int, word: str) -> None:
    """See that the answer is a refusal that names ``word``."""
    body = answer.get_json()
    assert (answer.status_code, body["success"]) == (status, False), body
    assert word in body["message"]
