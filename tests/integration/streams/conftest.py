"""Streams of a core's yard on each kind of store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.buyers.event_view import write_event
from api.streams.streams import Streams
from shared.db import Store
from shared.settings import Settings
from tests.memory_yard import MemoryYard


@pytest.fixture
def yard(store: Store, settings: Settings) -> MemoryYard:
    """A yard on each kind of store."""
    return MemoryYard(store, settings)


@pytest.fixture
def postgres_yard(postgres_store: Store, settings: Settings) -> MemoryYard:
    """A yard on PostgreSQL alone, where transactions are open beside each other."""
    return MemoryYard(postgres_store, settings)


@pytest.fixture
def streams(yard: MemoryYard) -> Iterator[Streams]:
    """The streams of a gateway to ``yard``."""
    opened = Streams(yard.store, 8, write_event)
    yield opened
    opened.close()
