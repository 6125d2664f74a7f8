"""What tests of the buyers' contract may ask for."""

from __future__ import annotations

import pytest

from shared.db import Store
from tests.gateway import account, bench, buyer, yard

__all__ = ["account", "bench", "buyer", "yard"]


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """Words do not depend on the store; what does is tested on both elsewhere."""
    return sqlite_store
