"""How long a site asks us to wait: in Retry-After, or until its limit on rate begins anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isnan

from shared.clock import Clock
from shared.outbound.retry_after import asked_seconds

RESETS = ("x-ratelimit-reset", "ratelimit-reset")
"""Mastodon's (a date, ISO 8601) and Bluesky's (seconds since 1970); others use either form.

https://docs.joinmastodon.org/api/rate-limits/, https://docs.bsky.app/docs/advanced-guides/rate-limits
"""
LONGEST_SECONDS = 24 * 3600.0
EARLIEST_MOMENT = 1_000_000_000.0
"""A number below is a span of seconds, one above a moment in seconds since 1970."""


def asked_delay(headers: Mapping[str, str], clock: Clock) -> float | None:
    """The seconds to wait, up to a day; None where the site says nothing of the kind.

    Moments are compared with the site's own clock where its answer tells it. ``headers`` ignore
    upper and lower case.
    """
    seconds = asked_seconds(headers, clock)
    if seconds is not None:
        return seconds
    texts = (headers.get(name, "").strip() for name in RESETS)
    text = next((text for text in texts if text), "")
    seconds = _seconds(text, _now(headers, clock))
    if seconds is None or isnan(seconds):
        return None
    return min(max(seconds, 0.0), LONGEST_SECONDS)


def _seconds(text: str, now: datetime) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return _until(text, now)
    return number - now.timestamp() if number >= EARLIEST_MOMENT else number


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - now).total_seconds()


def _now(headers: Mapping[str, str], clock: Clock) -> datetime:
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return clock.now()
    return told if told.tzinfo else told.replace(tzinfo=UTC)
