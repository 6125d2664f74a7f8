"""How long an account rests between its posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.social.account import SocialAccount
from shared.social.pace import day_began, next_midnight, rest, zone_of

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)
ACCOUNT = SocialAccount(
    number=1, id="a", account_id="b", platform="tiktok", username="ann", email="",
    device_id=None, package_name="", enabled=True, logged_in=True, credential=None,
    timezone="UTC", pause_seconds=0.0, daily_cap=None, tags=[], created_at=NOON, updated_at=NOON,
)  # fmt: skip
ZONES = (
    "UTC", "Europe/Berlin", "America/Havana", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo",
    "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns",
)  # fmt: skip


def test_an_account_without_limits_never_rests() -> None:
    assert rest(ACCOUNT, NOON, 1000, NOON) is None


@pytest.mark.parametrize(
    ("seconds_ago", "rests"), [(0, True), (59, True), (60, False), (99, False)]
)
def test_a_pause_lasts_from_the_last_post(seconds_ago: int, rests: bool) -> None:
    paused = replace(ACCOUNT, pause_seconds=60.0)
    last = NOON - timedelta(seconds=seconds_ago)

    found = rest(paused, NOON, 1, last)

    assert (found is not None) == rests
    if found is not None:
        assert found.until == last + timedelta(seconds=60)
        assert found.reason == "The account ann pauses 60 s between two posts."


@pytest.mark.parametrize(
    ("cap", "posts", "rests"), [(2, 1, False), (2, 2, True), (2, 3, True), (0, 0, True)]
)
def test_a_full_day_ends_at_midnight(cap: int, posts: int, rests: bool) -> None:
    found = rest(replace(ACCOUNT, daily_cap=cap), NOON, posts, None)

    assert (found is not None) == rests
    if found is not None:
        assert found.until == datetime(2030, 2, 1, tzinfo=UTC)
        assert f"its daily cap is {cap}" in found.reason


def test_a_full_day_counts_more_than_a_pause() -> None:
    busy = replace(ACCOUNT, daily_cap=1, pause_seconds=60.0)
    found = rest(busy, NOON, 1, NOON)
    assert found is not None
    assert found.until == datetime(2030, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "midnight"),
    [
        # plain: one hour east
        ("Europe/Berlin", "2030-01-31T22:59:59", "2030-01-31T23:00:00"),
        ("Europe/Berlin", "2030-01-31T23:00:00", "2030-02-01T23:00:00"),
        # the day on which clocks go forward has 23 hours, the one on which they go back 25
        ("Europe/Berlin", "2024-03-31T00:00:00", "2024-03-31T22:00:00"),
        ("Europe/Berlin", "2024-10-26T22:00:00", "2024-10-27T23:00:00"),
        # midnight itself is left out: the day begins at one o'clock
        ("America/Havana", "2024-03-09T20:00:00", "2024-03-10T05:00:00"),
        ("Asia/Beirut", "2024-03-30T12:00:00", "2024-03-30T22:00:00"),
        # midnight comes twice: the day begins with the first
        ("America/Havana", "2024-11-02T20:00:00", "2024-11-03T04:00:00"),
        ("America/Havana", "2024-11-03T04:30:00", "2024-11-04T05:00:00"),
        # the last hour of the day comes twice, midnight once
        ("America/Sao_Paulo", "2019-02-17T01:30:00", "2019-02-17T03:00:00"),
        ("America/Sao_Paulo", "2019-02-17T02:30:00", "2019-02-17T03:00:00"),
        # a whole day is left out
        ("Pacific/Apia", "2011-12-30T09:00:00", "2011-12-30T10:00:00"),
    ],
)
def test_midnight_is_where_the_clocks_of_the_zone_have_it(
    zone: str, now: str, midnight: str
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_midnight(at, ZoneInfo(zone)).isoformat() == f"{midnight}+00:00"


@given(
    st.integers(946_684_800, 2_051_222_400).map(lambda at: datetime.fromtimestamp(at, UTC)),
    st.sampled_from(ZONES),
)
def test_now_lies_between_the_beginning_of_the_day_and_the_next(now: datetime, zone: str) -> None:
    place = ZoneInfo(zone)
    began, ends = day_began(now, place), next_midnight(now, place)

    assert began <= now < ends
    assert timedelta(0) < ends - began <= timedelta(hours=26)
    assert day_began(began, place) == began
    assert day_began(ends, place) == ends


def test_a_zone_that_is_not_known_here_counts_as_utc() -> None:
    assert zone_of(replace(ACCOUNT, timezone="Nowhere/Land")) is UTC
    assert zone_of(replace(ACCOUNT, timezone="../etc")) is UTC
