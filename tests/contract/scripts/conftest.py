"""What tests of the scripts' contract may ask for: one gateway for all, an account for each test.

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
from tests.operators import Operator, OperatorsBench, open_bench, operators_yard, subscriber


@pytest.fixture(scope="session")
def bench(
    _sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OperatorsBench]:
    """A gateway to a yard whose scripts are run by the tests."""
    home = tmp_path_factory.mktemp("operators")
    shutil.copyfile(_sqlite_template, home / "taskyard.db")
    given = {"TASKYARD_HOME": str(home), "TASKYARD_SECRET_KEY": SECRET_KEY}
    settings = read_settings(given)
    store = Store(settings.database_url)
    with open_bench(operators_yard(settings, store)) as opened:
        yield opened
    store.close()


@pytest.fixture
def operator(bench: OperatorsBench) -> Operator:
    """An operator on the plan pro."""
    return new_operator(bench)


@pytest.fixture
def stranger(bench: OperatorsBench) -> Operator:
    """An operator of another account."""
    return new_operator(bench)


def new_operator(bench: OperatorsBench, *, plan: str = "pro", cents: int = 10_000) -> Operator:
    """An operator of an account of its own."""
    name = f"operator.{new_id()}"
    return bench.operator(subscriber(bench.yard.store, name, plan=plan, cents=cents))
