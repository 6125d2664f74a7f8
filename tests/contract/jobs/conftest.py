"""What tests of the jobs' contract may ask for: one gateway for all, an account for each test.

Words do not depend on the store; what does is tested on both elsewhere.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.db import Store
from shared.ids import new_id
from shared.settings import read_settings
from tests.conftest import SECRET_KEY
from tests.gateway import open_account
from tests.owner import Owner, OwnersBench, open_bench, owners_yard


@pytest.fixture(scope="session")
def bench(
    _sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnersBench]:
    """A gateway to a yard whose jobs are done by the tests."""
    home = tmp_path_factory.mktemp("owners")
    shutil.copyfile(_sqlite_template, home / "taskyard.db")
    given = {"TASKYARD_HOME": str(home), "TASKYARD_SECRET_KEY": SECRET_KEY}
    settings = read_settings(given)
    store = Store(settings.database_url)
    with open_bench(owners_yard(settings, store)) as opened:
        yield opened
    store.close()


@pytest.fixture
def owner(bench: OwnersBench) -> Owner:
    """An owner of documents."""
    return new_owner(bench)


@pytest.fixture
def stranger(bench: OwnersBench) -> Owner:
    """An owner of another account."""
    return new_owner(bench)


def new_owner(bench: OwnersBench) -> Owner:
    """An owner of an account of its own."""
    return bench.owner(open_account(bench.yard.store, f"owner.{new_id()}"))
