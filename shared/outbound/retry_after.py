"""How long a server asks us to wait (RFC 9110, section 10.2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from math import isfinite

from shared.clock import Clock

LONGEST_SECONDS = 3600.0


def asked_seconds(headers: Mapping[str, str], clock: Clock) -> float | None:
    """The seconds in Retry-After, a number or a date, up to an hour; None where it has none."""
    asked = headers.get("retry-after", "")
    try:
        seconds = float(asked)
    except ValueError:
        seconds = _until(asked, clock)
    return min(max(seconds, 0.0), LONGEST_SECONDS) if isfinite(seconds) else None


def _until(date: str, clock: Clock) -> float:
    try:
        return (parsedate_to_datetime(date) - clock.now()).total_seconds()
    except (TypeError, ValueError):
        return float("nan")
