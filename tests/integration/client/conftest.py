"""Both clients of a gateway over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from taskyard.client import Client
from tests.calling import Station, client_bench, open_client, station

__all__ = ["client_bench", "station"]


@pytest.fixture(params=["sync", "async"])
def client(station: Station, request: pytest.FixtureRequest) -> Iterator[Client]:
    """Each of the two clients."""
    with open_client(request.param, station.web.url, station.key) as client:
        yield client
