"""Cron expressions, and the moments that they name in a time zone. Pure.

The rules are those of Debian's cron, as the library cronsim has them. Where clocks are put forward,
what has a fixed hour and minute and would come in the skipped time comes once, right after it;
where they are put back, it comes once, at the first of the two. What has a star as its hour or its
minute goes by the time that passes: it never comes in the skipped time, and in both of two
equal hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.errors import Refused

NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
FIELDS = 5
LONGEST_CRON = 200
ABOUT = (
    "must be a cron expression of five fields (minute, hour, day of month, month, day of week), "
    "such as 30 2 * * 1-5, or one of @hourly, @daily, @weekly, @monthly, @yearly."
)
NEVER = "names no time in the next 50 years."
WINTER, SUMMER = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
A_SECOND, AN_HOUR, A_DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def check_cron(text: str) -> str:
    """``text`` with one blank between its fields; `Refused` says what is wrong with it."""
    tidy = " ".join(text.split())
    if len(tidy) > LONGEST_CRON or len(_plain(tidy).split()) != FIELDS or not tidy.isascii():
        raise _refused(ABOUT)
    if next(cron_moments(tidy, ZoneInfo("UTC"), WINTER), None) is None:
        raise _refused(NEVER)
    return tidy


def cron_moments(text: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """The moments of ``text`` after ``after``, in UTC, in order; it may end.

    Raises `Refused` where ``text`` is no cron expression.
    """
    last = after
    for moment in _found(text, zone, after):
        if _changes_by_half_hours(zone):
            yield from _passed_over(text, zone, last, moment)
        yield moment
        last = moment


def _passed_over(text: str, zone: ZoneInfo, last: datetime, moment: datetime) -> list[datetime]:
    """The moments between two that the library finds one after the other.

    It walks through a day by whole hours from midnight. Where clocks change by half of one, as on
    Lord Howe Island, it is at half past from then on: so the rest of that day is walked anew.
    """
    is_walked = any(field.startswith("*") for field in _plain(text).split()[:2])
    if not is_walked or moment - last < HALF_AN_HOUR:
        return []
    between: set[datetime] = set()
    day = last - A_DAY
    while day < moment:
        if (_offset(day + A_DAY, zone) - _offset(day, zone)) % AN_HOUR:
            begin = day.replace(minute=0, second=0, microsecond=0)
            for step in range(98):  # it changes within a day, and then it is walked to its end
                half = begin + step * HALF_AN_HOUR
                for due in _found(text, zone, half - A_SECOND):
                    if due >= half + HALF_AN_HOUR:
                        break
                    between.add(due)
        day += A_DAY
    return sorted(due for due in between if last < due < moment)


def _found(text: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """The moments as the library finds them."""
    from cronsim import CronSim, CronSimError  # no other part of a yard needs it

    try:
        found = CronSim(_plain(text), after.astimezone(zone))
    except CronSimError as error:
        raise _refused(f"{ABOUT} {error}.") from None
    last = after
    for shown in found:
        moment = shown.astimezone(UTC)
        # Two times that are skipped come at one moment, and one that was before ``after`` in an
        # hour that comes twice is found again.
        if moment > last and _is_shown(shown, zone):
            last = moment
            yield moment


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


@lru_cache
def _changes_by_half_hours(zone: ZoneInfo) -> bool:
    return bool((_offset(WINTER, zone) - _offset(SUMMER, zone)) % AN_HOUR)


def _is_shown(shown: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks in the zone ever show that time."""
    there = shown.astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None) == shown.replace(tzinfo=None)


def _plain(text: str) -> str:
    return NAMED.get(text.lower(), text)


def _refused(detail: str) -> Refused:
    return Refused(f"cron: {detail}", code="INVALID_FIELD", field="cron")
