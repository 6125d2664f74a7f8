"""A shelf of documents on each kind of store."""

from __future__ import annotations

import pytest

from shared.db import Store
from shared.settings import Settings
from tests.shelf import Shelf


@pytest.fixture
def shelf(store: Store, settings: Settings) -> Shelf:
    """Nothing lies on it yet."""
    return Shelf(store, settings)
