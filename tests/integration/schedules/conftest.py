"""A yard with schedules on each kind of store."""

import pytest

from shared.db import Store
from shared.settings import Settings
from tests.scheduling import SchedulingYard


@pytest.fixture
def yard(store: Store, settings: Settings) -> SchedulingYard:
    """A yard on each kind of store; a test that also asks for ``clock`` moves its time."""
    return SchedulingYard(store, settings)


@pytest.fixture
def sqlite_yard(sqlite_store: Store, settings: Settings) -> SchedulingYard:
    """A yard on SQLite alone, for what no store has a part in."""
    return SchedulingYard(sqlite_store, settings)
