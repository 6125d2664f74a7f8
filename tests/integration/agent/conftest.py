"""A gateway, a Mastodon server, and agents between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.db import Store
from shared.settings import Settings
from tests.agents import AgentYard, BusyMastodon
from tests.sites.faulty_site import running


@pytest.fixture
def yard(sqlite_store: Store, settings: Settings, tmp_path: Path) -> Iterator[AgentYard]:
    """A yard, and its gateway at work."""
    made = AgentYard(sqlite_store, settings, tmp_path)
    made.web.start()
    yield made
    made.close()


@pytest.fixture
def site() -> Iterator[BusyMastodon]:
    """A Mastodon server."""
    with running(BusyMastodon()) as server:
        yield server
