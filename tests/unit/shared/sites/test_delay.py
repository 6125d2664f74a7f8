"""How long sites ask us to wait."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from shared.clock import FakeClock
from shared.sites.delay import asked_delay

CLOCK = FakeClock()
NOW = CLOCK.now()
EPOCH = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": "30", "X-RateLimit-Reset": str(EPOCH + 90)}, 30.0),
        ({"Retry-After": "soon", "X-RateLimit-Reset": str(EPOCH + 90)}, 90.0),
        ({"X-RateLimit-Reset": (NOW + timedelta(minutes=5)).isoformat()}, 300.0),
        ({"X-RateLimit-Reset": "2030-01-01T00:05:00.000Z"}, 300.0),
        ({"X-RateLimit-Reset": "2030-01-01T00:05:00"}, 300.0),
        ({"ratelimit-reset": str(EPOCH + 60)}, 60.0),
        ({"RateLimit-Reset": "60"}, 60.0),
        ({"ratelimit-reset": str(EPOCH - 60)}, 0.0),
        ({"ratelimit-reset": str(EPOCH + 10 * 86400)}, 86400.0),
        ({"ratelimit-reset": "soon"}, None),
        ({"ratelimit-reset": "nan"}, None),
        ({"ratelimit-reset": ""}, None),
    ],
)
def test_a_wait_is_told_in_many_ways(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_delay(httpx.Headers(headers), CLOCK) == seconds


def test_a_moment_is_compared_with_the_sites_own_clock() -> None:
    theirs = NOW + timedelta(hours=1)
    headers = {
        "Date": format_datetime(theirs, usegmt=True),
        "X-RateLimit-Reset": (theirs + timedelta(seconds=20)).isoformat(),
    }
    assert asked_delay(httpx.Headers(headers), CLOCK) == 20.0
