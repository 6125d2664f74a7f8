"""When a time of day comes next, in zones that change their clocks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.scripts.start_time import next_moment, read_time

BERLIN = "Europe/Berlin"
TEXTS = [("00:00", time(0)), ("09:05", time(9, 5)), ("23:59", time(23, 59))]
GARBAGE = [
    "", " ", "9:05", "09:5", "24:00", "23:60", "-1:00", "12", "12:", ":30", "1200", "12:00:00",
    "12.00", "12:00 ", " 12:00", "12:00\n", "12:00Z", "１２:00", "noon", "12:00pm",
]  # fmt: skip
CASES = {
    "later today": ("14:30", "UTC", "2030-01-31T08:00Z", "2030-01-31T14:30Z"),
    "past today": ("07:59", "UTC", "2030-01-31T08:00Z", "2030-02-01T07:59Z"),
    "this very minute": ("08:00", "UTC", "2030-01-31T08:00Z", "2030-02-01T08:00Z"),
    "within this minute": ("08:00", "UTC", "2030-01-31T08:00:20Z", "2030-02-01T08:00Z"),
    "a moment later": ("08:00", "UTC", "2030-01-31T07:59:59.999999Z", "2030-01-31T08:00Z"),
    "midnight": ("00:00", "UTC", "2029-12-31T23:59Z", "2030-01-01T00:00Z"),
    "today there": ("08:30", "Asia/Tokyo", "2030-01-30T23:00Z", "2030-01-30T23:30Z"),
    "past there": ("07:30", "Asia/Tokyo", "2030-01-30T23:00Z", "2030-01-31T22:30Z"),
    "today there, tomorrow here": (
        "23:00", "America/Lima", "2030-01-31T03:00Z", "2030-01-31T04:00Z"
    ),
    "a zone by quarters": ("12:00", "Asia/Kathmandu", "2030-01-31T00:00Z", "2030-01-31T06:15Z"),
    "winter": ("12:00", BERLIN, "2030-01-31T08:00Z", "2030-01-31T11:00Z"),
    "summer": ("12:00", BERLIN, "2030-07-31T08:00Z", "2030-07-31T10:00Z"),
    # on 2030-03-31 clocks go from 02:00 to 03:00, at 01:00 UTC
    "before the gap": ("01:59", BERLIN, "2030-03-31T00:00Z", "2030-03-31T00:59Z"),
    "the gap begins": ("02:00", BERLIN, "2030-03-31T00:00Z", "2030-03-31T01:00Z"),
    "in the gap": ("02:30", BERLIN, "2030-03-31T00:00Z", "2030-03-31T01:30Z"),
    "the gap ends": ("03:00", BERLIN, "2030-03-31T00:00Z", "2030-03-31T01:00Z"),
    "asked behind the gap": ("02:30", BERLIN, "2030-03-31T01:10Z", "2030-03-31T01:30Z"),
    "the day after the gap": ("02:30", BERLIN, "2030-03-31T01:30Z", "2030-04-01T00:30Z"),
    # on 2030-10-27 clocks go from 03:00 to 02:00, at 01:00 UTC
    "twice, the first": ("02:30", BERLIN, "2030-10-27T00:00Z", "2030-10-27T00:30Z"),
    "twice, the second": ("02:30", BERLIN, "2030-10-27T00:30Z", "2030-10-27T01:30Z"),
    "twice, both are past": ("02:30", BERLIN, "2030-10-27T01:30Z", "2030-10-28T01:30Z"),
    "a gap of half an hour": (
        "02:15", "Australia/Lord_Howe", "2030-10-05T14:00Z", "2030-10-05T15:45Z"
    ),
    "a gap at midnight": ("00:30", "Africa/Cairo", "2030-04-25T20:00Z", "2030-04-25T22:30Z"),
    "a day that there was not": (
        "12:00", "Pacific/Apia", "2011-12-30T09:00Z", "2011-12-30T22:00Z"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "at"), TEXTS)
def test_a_time_is_read(text: str, at: time) -> None:
    assert read_time(text) == at


@pytest.mark.parametrize("text", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_no_time(text: str) -> None:
    assert read_time(text) is None


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_time_comes_next(case: tuple[str, str, str, str]) -> None:
    text, zone, now, then = case
    at = read_time(text)
    assert at is not None

    moment = next_moment(at, zone, datetime.fromisoformat(now))

    assert moment == datetime.fromisoformat(then)
    assert moment.tzinfo is UTC


@given(
    at=st.times(timezones=st.none()).map(lambda t: t.replace(second=0, microsecond=0)),
    zone=st.timezone_keys(allow_prefix=False),
    now=st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)
def test_it_lies_ahead_and_clocks_show_it_unless_they_skip_it(
    at: time, zone: str, now: datetime
) -> None:
    moment = next_moment(at, zone, now)
    shown = moment.astimezone(ZoneInfo(zone))

    assert now < moment <= now + timedelta(hours=50)
    if shown.time().replace(fold=0) != at:
        before = (moment - timedelta(days=2)).astimezone(ZoneInfo(zone)).utcoffset()
        assert shown.utcoffset() != before
