"""When schedules are due, also where clocks are put forward or back."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.errors import Refused
from shared.schedules.cron import check_cron
from shared.schedules.span import check_span, read_span
from shared.schedules.timing import Timing, jitter_of

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
BERLIN, HOWE, SANTIAGO = "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago"
KATHMANDU, LONDON, CAIRO = "Asia/Kathmandu", "Europe/London", "Africa/Cairo"

CHANGES = {
    BERLIN: [datetime(2030, 3, 30, 12, tzinfo=UTC), datetime(2030, 10, 26, 12, tzinfo=UTC)],
    HOWE: [datetime(2030, 4, 6, 4, tzinfo=UTC), datetime(2030, 10, 5, 4, tzinfo=UTC)],
    SANTIAGO: [datetime(2030, 4, 6, 12, tzinfo=UTC), datetime(2030, 9, 7, 12, tzinfo=UTC)],
    CAIRO: [datetime(2030, 4, 25, 6, tzinfo=UTC), datetime(2030, 10, 31, 6, tzinfo=UTC)],
}
"""Half a day before clocks are changed."""


def timing(**said: object) -> Timing:
    """A timing that begins at noon."""
    given = {"cron": None, "every_seconds": None, "timezone": "UTC", "anchor_at": NOON, **said}
    return Timing(**given)  # type: ignore[arg-type]


def shown(found: list[datetime], zone: str) -> list[str]:
    """What clocks in the zone show then: day, time, offset."""
    return [moment.astimezone(ZoneInfo(zone)).strftime("%d %H:%M%z") for moment in found]


CLOCKS = [
    # 31 March 2030 in Berlin: after 01:59+0100 comes 03:00+0200
    ("30 2 * * *", BERLIN, "2030-03-30T12:00", ["31 03:00+0200", "01 02:30+0200"]),
    ("0,30 2,3 * * *", BERLIN, "2030-03-31T00:00", ["31 03:00+0200", "31 03:30+0200"]),
    ("*/15 * * * *", BERLIN, "2030-03-31T01:40", ["31 01:45+0100", "31 03:00+0200"]),
    ("*/15 2 * * *", BERLIN, "2030-03-31T00:00", ["01 02:00+0200", "01 02:15+0200"]),
    ("30 * * * *", BERLIN, "2030-03-31T01:15", ["31 01:30+0100", "31 03:30+0200"]),
    # 27 October 2030 in Berlin: after 02:59+0200 comes 02:00+0100
    ("30 2 * * *", BERLIN, "2030-10-26T12:00", ["27 02:30+0200", "28 02:30+0100"]),
    ("0,30 2 * * *", BERLIN, "2030-10-27T00:00", ["27 02:00+0200", "27 02:30+0200"]),
    ("0 3 * * *", BERLIN, "2030-10-27T00:00", ["27 03:00+0100", "28 03:00+0100"]),
    (
        "*/30 * * * *",
        BERLIN,
        "2030-10-27T01:45",
        ["27 02:00+0200", "27 02:30+0200", "27 02:00+0100", "27 02:30+0100", "27 03:00+0100"],
    ),
    ("@hourly", BERLIN, "2030-10-27T01:45", ["27 02:00+0200", "27 02:00+0100", "27 03:00+0100"]),
    # half an hour, 6 October and 7 April 2030
    ("15 2 * * *", HOWE, "2030-10-05T12:00", ["06 02:30+1100", "07 02:15+1100"]),
    ("45 1 * * *", HOWE, "2030-04-06T12:00", ["07 01:45+1100", "08 01:45+1030"]),
    # days that begin at 01:00
    ("@daily", SANTIAGO, "2030-09-07T12:00", ["08 01:00-0300", "09 00:00-0300"]),
    ("*/20 0 * * *", SANTIAGO, "2030-09-07T12:00", ["09 00:00-0300", "09 00:20-0300"]),
    ("@daily", CAIRO, "2030-04-25T12:00", ["26 01:00+0300", "27 00:00+0300"]),
    ("30 1 * * *", LONDON, "2030-10-26T12:00", ["27 01:30+0100", "28 01:30+0000"]),
    # no change of clocks
    ("0 9 * * mon-fri", KATHMANDU, "2030-06-07T10:00", ["10 09:00+0545", "11 09:00+0545"]),
    ("0 0 29 2 *", "UTC", "2030-01-01T00:00", ["29 00:00+0000", "29 00:00+0000"]),
    ("0 12 L * *", "UTC", "2030-01-01T00:00", ["31 12:00+0000", "28 12:00+0000"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"), CLOCKS, ids=[" ".join(case[:3]) for case in CLOCKS]
)
def test_a_cron_expression_names_the_times_that_cron_would(
    cron: str, zone: str, after: str, expected: list[str]
) -> None:
    begin = datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    found = timing(cron=cron, timezone=zone).upcoming(begin, len(expected))

    assert shown(found, zone) == expected


@pytest.mark.parametrize("zone", [BERLIN, HOWE, SANTIAGO, CAIRO])
@pytest.mark.parametrize("cron", ["30 2 * * *", "*/20 * * * *", "0,30 0-3 * * *", "45 1 * * *"])
def test_going_on_from_any_moment_finds_the_same_times(cron: str, zone: str) -> None:
    one = timing(cron=cron, timezone=zone)
    for begin in CHANGES[zone]:
        whole = one.upcoming(begin, 300)
        moments = [begin + timedelta(minutes=7 * step) for step in range(400)]

        assert whole == sorted(set(whole))
        assert [one.after(at) for at in moments] == [
            whole[bisect_right(whole, at)] for at in moments
        ]


@pytest.mark.parametrize("zone", [BERLIN, HOWE])
@pytest.mark.parametrize(
    ("cron", "hours", "minutes"),
    [
        ("*/15 23 * * *", {23}, {0, 15, 30, 45}),
        ("*/13 2 * * *", {2}, {0, 13, 26, 39, 52}),
        ("0 */2 * * *", set(range(0, 24, 2)), {0}),
        ("5 * * * *", set(range(24)), {5}),
    ],
)
def test_what_begins_with_a_star_comes_whenever_clocks_show_it(
    cron: str, zone: str, hours: set[int], minutes: set[int]
) -> None:
    for begin in CHANGES[zone]:
        until = begin + timedelta(days=2)
        minute_by_minute = [begin + timedelta(minutes=n) for n in range(1, 2 * 1440 + 1)]
        local = [(moment, moment.astimezone(ZoneInfo(zone))) for moment in minute_by_minute]
        expected = [moment for moment, at in local if at.hour in hours and at.minute in minutes]

        found = timing(cron=cron, timezone=zone).upcoming(begin, len(expected) + 1)

        assert [moment for moment in found if moment <= until] == expected


def test_an_interval_is_time_that_passes_whatever_clocks_show() -> None:
    begin = datetime(2030, 3, 30, 11, 30, tzinfo=UTC)

    found = timing(every_seconds=86_400, timezone=BERLIN, anchor_at=begin).upcoming(begin, 2)

    assert shown(found, BERLIN) == ["31 13:30+0200", "01 13:30+0200"]


def test_an_interval_does_not_drift() -> None:
    late = NOON + timedelta(seconds=1000.4)

    assert timing(every_seconds=90).after(late) == NOON + timedelta(seconds=1080)
    assert timing(every_seconds=90).after(NOON) == NOON + timedelta(seconds=90)


def test_nothing_is_due_before_the_start_or_after_the_end() -> None:
    start, end = NOON + timedelta(hours=1), NOON + timedelta(hours=3)
    within = {"start_at": start, "end_at": end}
    hours = [NOON + timedelta(hours=hour) for hour in (1, 2, 3)]

    assert timing(cron="0 * * * *", **within).upcoming(NOON, 9) == hours
    interval = timing(every_seconds=3600, **{**within, "anchor_at": start})
    assert interval.upcoming(NOON, 9) == hours
    assert interval.after(end) is None


@pytest.mark.parametrize(
    "said", [{"cron": "*/7 * * * *"}, {"every_seconds": 420}], ids=["cron", "interval"]
)
@pytest.mark.parametrize("days", [0, 0.01, 1, 30, 500], ids=str)
def test_the_last_time_and_the_count_agree_with_the_list(
    said: dict[str, object], days: float
) -> None:
    one, until = timing(**said), NOON + timedelta(days=days)
    listed = [due for due in one.upcoming(NOON, 2000) if due <= until]

    assert one.count(NOON, until, 2000) == len(listed)
    if len(listed) < 2000:
        assert one.last(NOON, until) == (listed[-1] if listed else None)
    else:
        newest = one.last(NOON, until)
        assert newest is not None
        assert newest <= until < (one.after(newest) or until)


BAD_CRON = [
    "", "* * * *", "* * * * * *", "60 * * * *", "* * * 13 *", "a b c d e", "@reboot", "@every 5m",
    "0 0 31 2 *", "0 0 30 2 *", "5-1 * * * *", "*/0 * * * *", "٣ * * * *", "0 " * 300,
]  # fmt: skip


@pytest.mark.parametrize("cron", BAD_CRON)
def test_what_is_no_cron_expression_is_refused(cron: str) -> None:
    with pytest.raises(Refused, match=r"^cron: ") as refusal:
        check_cron(cron)
    assert refusal.value.field == "cron"


def test_a_cron_expression_is_tidied() -> None:
    assert check_cron("  0\t0  * * MON ") == "0 0 * * MON"
    assert check_cron("@Daily") == "@Daily"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("1m30s", 90), ("1h", 3600), ("2d", 172_800), ("1D2H", 93_600)],
)
def test_a_span_is_read(text: str, seconds: int) -> None:
    assert read_span(text) == seconds
    assert check_span(f" {text} ") == text


@pytest.mark.parametrize(
    "text", ["", "0s", "90", "s", "1.5h", "-1s", "367d", "1s1m", "9999999999s"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"^every: must be a span from 1s to 366d"):
        read_span(text)


def test_jitter_is_the_same_for_everybody_and_another_for_each_firing() -> None:
    days = [NOON + timedelta(days=day) for day in range(200)]
    found = [jitter_of("a", due, 60) for due in days]

    assert found == [jitter_of("a", due.astimezone(ZoneInfo(BERLIN)), 60) for due in days]
    assert found != [jitter_of("b", due, 60) for due in days]
    assert all(timedelta(0) <= one < timedelta(seconds=60) for one in found)
    assert len(set(found)) > 190
    assert max(found) > timedelta(seconds=55)
    assert min(found) < timedelta(seconds=5)
    assert jitter_of("a", NOON, 0) == timedelta(0)
