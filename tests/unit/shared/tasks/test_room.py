"""How much may be queued follows from how fast the queue is emptied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.tasks.room import Pace, least_units

START = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 10
AHEAD = 0.25
LEAST = least_units(BATCH)


def watch(rate: float, seconds: float, every: float = 0.05) -> list[int]:
    """The rooms that a scheduler fills which looks ``every`` so often, at workers that fast."""
    pace, units, rooms = Pace(), 0.0, []
    for tick in range(int(seconds / every)):
        after = max(0.0, units - rate * every)
        pace.learn(START + timedelta(seconds=tick * every), int(after), int(after))
        room = pace.size(BATCH, AHEAD) - int(after)
        rooms.append(room + int(after))
        pace.units, pace.was_filled = pace.units + max(0, room), True
        units = after + max(0, room)
    return rooms


def test_of_an_unknown_queue_a_few_messages_may_wait() -> None:
    assert Pace().size(BATCH, AHEAD) == LEAST == 40


def test_slow_workers_get_no_more_than_the_least() -> None:
    assert set(watch(rate=20, seconds=10)) == {LEAST}


@pytest.mark.parametrize("rate", [400, 2000, 10_000])
def test_fast_workers_get_about_the_wanted_seconds_of_work(rate: int) -> None:
    rooms = watch(rate, seconds=10)
    assert rooms[0] == LEAST
    settled = rooms[-20:]
    assert rate * AHEAD * 0.8 <= min(settled)
    assert max(settled) <= rate * AHEAD * 1.5


def test_workers_that_stopped_leave_the_least_room_in_the_end() -> None:
    pace = Pace(per_second=10_000, at=START, units=2500)
    for tick in range(1, 200):
        pace.learn(START + timedelta(seconds=tick * 0.05), 2500, 2500)
    assert pace.size(BATCH, AHEAD) == LEAST


def test_a_queue_that_nobody_filled_tells_nothing() -> None:
    pace = Pace(at=START, per_second=100.0, units=3)
    pace.learn(START + timedelta(seconds=1), 3, 0)
    assert pace.per_second == 100.0


def test_two_looks_at_once_are_one() -> None:
    pace = Pace(at=START, units=30, was_filled=True)
    pace.learn(START + timedelta(seconds=0.001), 0, 0)
    assert (pace.at, pace.per_second, pace.was_filled) == (START, 0.0, True)


@pytest.mark.parametrize("seconds", [-5.0, 10.0, 3600.0])
def test_what_was_learnt_long_ago_is_forgotten(seconds: float) -> None:
    pace = Pace(at=START, units=30, per_second=500.0)
    pace.learn(START + timedelta(seconds=seconds), 7, 7)
    assert (pace.per_second, pace.units) == (0.0, 7)
