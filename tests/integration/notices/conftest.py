"""A yard that tells of its tasks, on each kind of store, and a receiver."""

from collections.abc import Iterator

import pytest

from shared.db import Store
from shared.settings import Settings
from tests.noticing import NoticingYard
from tests.receiver import Receiver, receiving


@pytest.fixture
def yard(store: Store, settings: Settings) -> NoticingYard:
    """A yard on each kind of store; a test that also asks for ``clock`` moves its time."""
    return NoticingYard(store, settings)


@pytest.fixture
def sqlite_yard(sqlite_store: Store, settings: Settings) -> NoticingYard:
    """A yard on SQLite alone, for what no store has a part in."""
    return NoticingYard(sqlite_store, settings)


@pytest.fixture
def postgres_yard(postgres_store: Store, settings: Settings) -> NoticingYard:
    """A yard on PostgreSQL alone, where transactions write side by side."""
    return NoticingYard(postgres_store, settings)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes every notice, unless the test says otherwise."""
    with receiving() as here:
        yield here
