"""Servers and link tasks on each kind of store."""

import pytest

from shared.db import Store
from shared.settings import Settings
from tests.fleet_yard import FleetYard


@pytest.fixture
def fleet(store: Store, settings: Settings) -> FleetYard:
    """A yard with link tasks; a test that also asks for ``clock`` moves its time."""
    return FleetYard(store, settings)


@pytest.fixture
def sqlite_fleet(sqlite_store: Store, settings: Settings) -> FleetYard:
    """The same on SQLite alone, for what no store has a part in."""
    return FleetYard(sqlite_store, settings)
