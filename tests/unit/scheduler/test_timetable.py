"""Each chore when it is due, at a time moved by hand."""

import threading
from collections.abc import Callable
from typing import Any, cast

import pytest

from scheduler.__main__ import chores
from scheduler.timetable import REST_SECONDS, Chore, Timetable
from shared.clock import FakeClock
from shared.errors import Unavailable
from shared.yard import Yard

YARD = cast(Yard, None)
"""These chores do not look at it."""


class Diary:
    """Chores that write down when they ran."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.ran: list[tuple[str, float]] = []

    def chore(self, name: str, every: float, answer: Any = 0, *, eager: bool = True) -> Chore:
        """A chore that answers ``answer``, or raises it."""

        def work(_yard: Yard) -> int:
            self.ran.append((name, self.clock.monotonic()))
            value = answer() if callable(answer) else answer
            if isinstance(value, BaseException):
                raise value
            return int(value)

        return Chore(name, every, work, eager)

    def run(self, *planned: Chore, seconds: float, step: float = 0.5) -> list[tuple[str, float]]:
        """Run the timetable for so long; what ran when."""
        timetable = Timetable(planned, self.clock)
        while self.clock.monotonic() <= seconds:
            timetable.run_due(YARD)
            self.clock.advance(step)
        return self.ran


def once(*answers: Any) -> Callable[[], Any]:
    """Each of ``answers`` in turn, then 0."""
    left = list(answers)
    return lambda: left.pop(0) if left else 0


def test_every_chore_runs_at_the_start() -> None:
    diary = Diary()
    Timetable([diary.chore("a", 1), diary.chore("b", 60)], diary.clock).run_due(YARD)
    assert diary.ran == [("a", 0.0), ("b", 0.0)]


def test_a_chore_runs_again_when_its_period_is_over() -> None:
    diary = Diary()
    diary.run(diary.chore("a", 1.0), diary.chore("b", 2.0), seconds=4)
    assert [at for name, at in diary.ran if name == "a"] == [0, 1, 2, 3, 4]
    assert [at for name, at in diary.ran if name == "b"] == [0, 2, 4]


def test_the_next_wait_lasts_until_the_first_chore_is_due() -> None:
    diary = Diary()
    timetable = Timetable([diary.chore("a", 5.0), diary.chore("b", 2.0)], diary.clock)
    assert timetable.run_due(YARD) == 2.0
    diary.clock.advance(1.5)
    assert timetable.run_due(YARD) == 0.5
    diary.clock.advance(10)
    assert timetable.run_due(YARD) == 2.0


def test_an_eager_chore_that_moved_something_is_due_again_at_once() -> None:
    diary = Diary()
    timetable = Timetable([diary.chore("a", 60, once(5, 3, 0))], diary.clock)
    assert timetable.run_due(YARD) == 0.0
    assert timetable.run_due(YARD) == 0.0
    assert timetable.run_due(YARD) == 60.0
    assert len(diary.ran) == 3


def test_other_chores_wait_for_their_period_whatever_they_moved() -> None:
    diary = Diary()
    timetable = Timetable([diary.chore("a", 60, 5, eager=False)], diary.clock)
    assert timetable.run_due(YARD) == 60.0


def test_an_eager_chore_does_not_keep_the_others_from_their_turn() -> None:
    diary = Diary()
    diary.run(diary.chore("greedy", 1, 1), diary.chore("modest", 1), seconds=2)
    assert [at for name, at in diary.ran if name == "modest"] == [0, 1, 2]


@pytest.mark.parametrize("error", [Unavailable("down"), ZeroDivisionError("broken")])
@pytest.mark.parametrize(("every", "rest"), [(0.05, REST_SECONDS), (60.0, 60.0)])
def test_a_chore_that_fails_rests_and_costs_the_others_nothing(
    error: Exception, every: float, rest: float, caplog: pytest.LogCaptureFixture
) -> None:
    diary = Diary()
    planned = [diary.chore("a", every, once(error)), diary.chore("b", 1000)]
    assert Timetable(planned, diary.clock).run_due(YARD) == rest
    assert [name for name, _ in diary.ran] == ["a", "b"]
    assert "a waits: down" in caplog.text or "a failed" in caplog.text


def test_a_chore_that_failed_is_done_again() -> None:
    diary = Diary()
    diary.run(diary.chore("a", 0.05, once(Unavailable("down"))), seconds=1)
    assert len(diary.ran) == 3


def test_the_loop_ends_when_it_is_told_to() -> None:
    diary, stop = Diary(), threading.Event()

    def work(_yard: Yard) -> int:
        diary.ran.append(("last", 0.0))
        stop.set()
        return 0

    Timetable([Chore("last", 3600, work)], diary.clock).run_until(YARD, stop)
    assert diary.ran == [("last", 0.0)]


def test_the_yards_chores_are_named_once_each_and_none_rests_for_long() -> None:
    planned = chores()
    assert len({chore.name for chore in planned}) == len(planned)
    assert {chore.name for chore in planned} >= {
        "release_due", "rescue_stalled", "send_lost", "close_answers", "keep_paused",
        "fold_counts", "purge_expired",
    }  # fmt: skip
    assert all(0 < chore.every_seconds <= 60 for chore in planned)
