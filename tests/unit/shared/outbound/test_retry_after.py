"""How long a server asks us to wait."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from shared.clock import FakeClock
from shared.outbound.retry_after import asked_seconds

NOON = FakeClock(datetime(2030, 1, 1, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "-5"}, 0.0),
        ({"Retry-After": "99999999"}, 3600.0),
        ({"Retry-After": "Tue, 01 Jan 2030 12:02:00 GMT"}, 120.0),
        ({"Retry-After": "Mon, 31 Dec 2029 12:02:00 GMT"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
    ],
)
def test_seconds_and_dates_are_understood(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_seconds(httpx.Headers(headers), NOON) == seconds
