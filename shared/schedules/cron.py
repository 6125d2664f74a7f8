"""Cron expressions, and the moments that they name in a time zone. Pure.

The rules are those of Debian's cron, as the library cronsim has them. Where clocks are put forward,
what has a fixed hour and minute and would come in the skipped time comes once, right after it;
where they are put back, it comes once, at the first of the two. What has a star as its hour or its
minute goes by the time that passes: it never comes in the skipped time, and in both of two
equal hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
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
A_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def check_cron(text: str) -> str:
    """``text`` with one blank between its fields; `Refused` says what is wrong with it."""
    tidy = " ".join(text.split())
    if len(tidy) > LONGEST_CRON or len(_plain(tidy).split()) != FIELDS or not tidy.isascii():
        raise _refused(ABOUT)
    if next(cron_moments(tidy, ZoneInfo("UTC"), A_DAY), None) is None:
        raise _refused(NEVER)
    return tidy


def cron_moments(text: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """The moments of ``text`` after ``after``, in UTC, in order; it may end.

    Raises `Refused` where ``text`` is no cron expression.
    """
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


def _is_shown(shown: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks in the zone ever show that time."""
    there = shown.astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None) == shown.replace(tzinfo=None)


def _plain(text: str) -> str:
    return NAMED.get(text.lower(), text)


def _refused(detail: str) -> Refused:
    return Refused(f"cron: {detail}", code="INVALID_FIELD", field="cron")
