"""The header fields that say how a caller stands with its limits. Pure.

Source: draft-ietf-httpapi-ratelimit-headers (`RateLimit`, `RateLimit-Policy`); what the jobs'
dialect says beside them is its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

from api.rate_limit import Standing
from shared.rate_limits import RateLimit

POLICY, STANDING = "RateLimit-Policy", "RateLimit"
DESCRIBED: dict[str, Any] = {
    POLICY: {
        "description": "The limits that concern the request: `q` requests in `w` seconds.",
        "schema": {"type": "string"},
        "example": '"buyers-key";q=100;w=60',
    },
    STANDING: {
        "description": "How many requests are left (`r`), and in how many seconds more (`t`).",
        "schema": {"type": "string"},
        "example": '"buyers-key";r=73;t=21',
    },
}
"""What the description says of the fields."""
DESCRIBED_REFUSAL: dict[str, Any] = {
    **DESCRIBED,
    "Retry-After": {
        "description": "In how many seconds to try again.",
        "schema": {"type": "integer", "minimum": 1},
    },
}
"""The same of an answer to one request too many."""


def policy_field(limits: Iterable[RateLimit]) -> str:
    """Every limit that concerns a request: how many (``q``) in how many seconds (``w``)."""
    return ", ".join(f'"{limit.name}";q={limit.most};w={limit.seconds}' for limit in limits)


def standing_field(standings: Iterable[Standing], now: float) -> str:
    """What is left of each (``r``), and in how many seconds it will be more (``t``)."""
    return ", ".join(
        f'"{one.limit.name}";r={one.remaining};t={one.retry_after_seconds(now)}'
        for one in standings
    )


def jobs_fields(standings: Sequence[Standing]) -> dict[str, str]:
    """The limit that ends first, in the words of the jobs' dialect; the reset since the epoch."""
    tightest = min(standings, key=lambda one: (one.is_allowed, one.remaining, -one.reset_at))
    return {
        "X-RateLimit-Limit": str(tightest.limit.most),
        "X-RateLimit-Remaining": str(tightest.remaining),
        "X-RateLimit-Reset": str(ceil(tightest.reset_at)),
    }
