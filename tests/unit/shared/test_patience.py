"""Patience: the pauses grow, are capped, and come to an end."""

from collections.abc import Callable

import pytest

from shared.errors import Unavailable
from shared.patience import patiently


def down_for(times: int) -> Callable[[], str]:
    """Work that succeeds after so many failures."""
    left = [times]

    def work() -> str:
        if left[0]:
            left[0] -= 1
            raise Unavailable("down")
        return "done"

    return work


def test_work_that_succeeds_is_not_kept_waiting() -> None:
    pauses: list[float] = []
    assert patiently(down_for(0), 10, pauses.append) == "done"
    assert pauses == []


def test_pauses_double_up_to_two_seconds() -> None:
    pauses: list[float] = []
    assert patiently(down_for(7), 60, pauses.append) == "done"
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0])


def test_patience_ends_after_the_given_time() -> None:
    pauses: list[float] = []
    with pytest.raises(Unavailable, match="down"):
        patiently(down_for(1000), 10, pauses.append)
    assert 10 <= sum(pauses) < 12


def test_other_errors_are_not_waited_for() -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        patiently(broken, 10, lambda _: pytest.fail("it waited"))
