"""A time of day in a time zone, and when it comes next. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOURS_AND_MINUTES = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
FORM = "HH:MM, from 00:00 to 23:59"


def read_time(text: str) -> time | None:
    """The time of day that ``text`` (HH:MM) names, or None."""
    return time.fromisoformat(text) if HOURS_AND_MINUTES.fullmatch(text) else None


def next_moment(at: time, zone_name: str, now: datetime) -> datetime:
    """The first moment after ``now`` at which clocks in the zone show ``at``; in UTC.

    A time that clocks skip that day (they are put forward) comes as much later as they skip; one
    that they show twice comes twice. ``zone_name`` is a name of the IANA database.
    """
    zone = ZoneInfo(zone_name)
    return next(moment for moment in _moments(at, zone, now) if moment > now)


def _moments(at: time, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    """The moments of ``at``, in order, from the day before the zone's today."""
    day = now.astimezone(zone).date() - timedelta(days=1)
    while True:
        shown = datetime.combine(day, at, zone)
        first, second = (shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        yield first
        if second > first:
            yield second
        day += timedelta(days=1)
