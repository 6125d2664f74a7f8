"""The core's yard on each kind of store."""

import pytest

from shared.db import Store
from shared.settings import Settings
from shared.tasks import room
from tests.memory_yard import MemoryYard


@pytest.fixture
def yard(store: Store, settings: Settings) -> MemoryYard:
    """A yard on each kind of store; a test that also asks for ``clock`` moves its time."""
    return MemoryYard(store, settings)


@pytest.fixture
def sqlite_yard(sqlite_store: Store, settings: Settings) -> MemoryYard:
    """A yard on SQLite alone, for what no store has a part in."""
    return MemoryYard(sqlite_store, settings)


@pytest.fixture
def postgres_yard(postgres_store: Store, settings: Settings) -> MemoryYard:
    """A yard on PostgreSQL alone, where transactions are open beside each other."""
    return MemoryYard(postgres_store, settings)


@pytest.fixture
def much_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every queue takes whatever comes."""
    monkeypatch.setattr(room, "LEAST_MESSAGES", 10**6)
