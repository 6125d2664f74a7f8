"""A yard for all acceptance tests that leave it as they found it, and hosts apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts import Link, NoHosts, two_hosts
from tests.yard import UpYard


@pytest.fixture(scope="package")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UpYard]:
    """A running yard on the embedded defaults; it ends before the tests of other folders begin."""
    yard = UpYard(tmp_path_factory.mktemp("up"), is_measured=True)
    yard.start()
    try:
        yard.wait_until_ready()
        yield yard
    finally:
        yard.end()


@pytest.fixture
def own_up(tmp_path: Path) -> Iterator[UpYard]:
    """A yard of the test's own, not started yet; nothing of it outlives the test."""
    yard = UpYard(tmp_path / "yard")
    try:
        yield yard
    finally:
        yard.end()


@pytest.fixture
def link() -> Iterator[Link]:
    """Two hosts; the test runs on the near one."""
    try:
        with two_hosts() as made, made.near.entered():
            yield made
    except NoHosts as error:
        pytest.skip(f"This machine makes no network namespaces: {error}")
