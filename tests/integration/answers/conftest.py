"""A survey on each kind of store, at a time that stands still."""

from __future__ import annotations

import pytest

from shared.clock import FakeClock
from shared.db import Store
from tests.integration.answers.survey import Survey


@pytest.fixture
def survey(store: Store, clock: FakeClock) -> Survey:
    """An account with 1,000 cents, no validators, and the means to ask."""
    assert store.now() == clock.now()
    return Survey(store)


@pytest.fixture
def sqlite_survey(sqlite_store: Store, clock: FakeClock) -> Survey:
    """The same on SQLite alone, for what is decided before any store is asked."""
    assert sqlite_store.now() == clock.now()
    return Survey(sqlite_store)
