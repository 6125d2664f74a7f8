"""What follows a try."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.notices.attempts import Reception, next_wait, pause, reception_of, seats

MINUTE, HOUR = 60, 3600


@pytest.mark.parametrize(
    ("tries", "seconds"),
    [
        (0, 0),
        (1, 5),
        (2, 5 * MINUTE),
        (3, 30 * MINUTE),
        (4, 2 * HOUR),
        (5, 5 * HOUR),
        (6, 10 * HOUR),
        (7, 14 * HOUR),
        (8, 20 * HOUR),
        (9, 24 * HOUR),
    ],
)
def test_each_try_waits_as_long_as_the_spec_says_and_a_little_more(
    tries: int, seconds: int
) -> None:
    assert next_wait(tries, None, 0.0) == timedelta(seconds=seconds)
    longest = next_wait(tries, None, 1.0)
    assert longest is not None
    assert longest.total_seconds() == pytest.approx(seconds * 1.1)


def test_there_are_ten_tries() -> None:
    assert next_wait(10, None, 0.0) is None
    assert next_wait(10, 5.0, 0.0) is None


@pytest.mark.parametrize(("asked", "seconds"), [(None, 5), (0.0, 5), (3.0, 5), (90.0, 90)], ids=str)
def test_an_endpoint_may_ask_for_more_time_and_not_for_less(
    asked: float | None, seconds: int
) -> None:
    assert next_wait(1, asked, 0.0) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("status", "reception"),
    [
        (None, Reception.FAILED),
        (101, Reception.FAILED),
        (200, Reception.TAKEN),
        (204, Reception.TAKEN),
        (299, Reception.TAKEN),
        (301, Reception.FAILED),
        (304, Reception.FAILED),
        (400, Reception.FAILED),
        (409, Reception.FAILED),
        (410, Reception.GONE),
        (429, Reception.FAILED),
        (500, Reception.FAILED),
    ],
)
def test_an_answer_is_taken_gone_or_a_failure(status: int | None, reception: Reception) -> None:
    assert reception_of(status) is reception


@pytest.mark.parametrize(
    ("failures", "status", "asked", "seconds"),
    [
        (1, 500, None, None),
        (4, None, None, None),
        (1, 500, 60.0, None),
        (1, 429, 60.0, 60),
        (1, 503, 60.0, 60),
        (1, 429, None, None),
        (5, 500, None, 30),
        (6, 500, None, 60),
        (8, 500, None, 240),
        (12, 500, None, HOUR),
        (10_000, 500, None, HOUR),
        (5, 429, 10.0, 30),
        (5, 429, 90.0, 90),
    ],
)
def test_an_endpoint_that_fails_is_left_alone_longer_and_longer(
    failures: int, status: int | None, asked: float | None, seconds: int | None
) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert pause(failures, status, asked, 0.0) == expected


def test_one_that_failed_or_is_new_is_sent_one_at_a_time() -> None:
    assert [seats(failures, has_taken=True) for failures in (0, 1, 5, 50)] == [8, 1, 1, 1]
    assert seats(0, has_taken=False) == 1
