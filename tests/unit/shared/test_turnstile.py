"""Threads take turns in the order in which they came."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.turnstile import Turnstile, TurnTimeout
from tests.servers import eventually

LONG = 30.0


def waiting(turnstile: Turnstile) -> int:
    """How many threads wait."""
    return len(turnstile._waiting)


def test_who_came_first_goes_first_and_the_one_who_leaves_goes_last() -> None:
    turnstile, order = Turnstile(), list[int]()

    def go(number: int) -> None:
        with turnstile.turn(LONG):
            order.append(number)

    with ThreadPoolExecutor(5) as pool:
        with turnstile.turn(LONG):
            for number in range(5):
                pool.submit(go, number)
                eventually(lambda n=number: waiting(turnstile) == n + 1)  # type: ignore[misc]
        go(9)
    assert order == [0, 1, 2, 3, 4, 9]


def test_one_at_a_time() -> None:
    turnstile, inside, most = Turnstile(), list[int](), list[int]()

    def go(number: int) -> None:
        for _ in range(200):
            with turnstile.turn(LONG):
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(go, range(8)))
    assert max(most) == 1
    assert len(most) == 1600


def test_patience_ends_and_the_others_go_on() -> None:
    turnstile = Turnstile()
    with turnstile.turn(LONG), ThreadPoolExecutor(1) as pool:
        with pytest.raises(TurnTimeout):
            pool.submit(turnstile._enter, 0.01).result()
        assert waiting(turnstile) == 0
    with turnstile.turn(0.01):
        pass


def test_an_error_inside_gives_the_turn_away() -> None:
    turnstile = Turnstile()
    with pytest.raises(KeyError), turnstile.turn(LONG):
        raise KeyError
    done = threading.Event()
    with turnstile.turn(0.01):
        done.set()
    assert done.is_set()
