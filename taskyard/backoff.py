"""How long to wait before a dead process is started again. Pure."""

from __future__ import annotations

FIRST_SECONDS = 0.1
LONGEST_SECONDS = 5.0
STEADY_SECONDS = 30.0
"""Who lived so long has shown that it can: its death counts as the first."""


def wait_seconds(last_wait_seconds: float | None, lived_seconds: float) -> float:
    """The wait after a life of ``lived_seconds``; twice the last one when that life was short."""
    if last_wait_seconds is None or lived_seconds >= STEADY_SECONDS:
        return FIRST_SECONDS
    return min(last_wait_seconds * 2, LONGEST_SECONDS)
