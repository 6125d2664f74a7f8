"""A yard with devices."""

from __future__ import annotations

import pytest

from shared.db import Store
from shared.settings import Settings
from tests.memory_yard import MemoryYard


@pytest.fixture
def yard(store: Store, settings: Settings) -> MemoryYard:
    """A yard on each kind of store."""
    return MemoryYard(store, settings)
