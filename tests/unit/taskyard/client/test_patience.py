"""How long a client waits before it asks again."""

from __future__ import annotations

import pytest

from taskyard.client.answer import Answer
from taskyard.client.patience import NONE, Patience

STEADY = Patience(chance=lambda: 0.0)
BUSY = Answer(503)


def test_waits_double_up_to_the_longest() -> None:
    waits = [STEADY.pause_seconds(BUSY, tried) for tried in range(1, 7)]
    assert waits == [0.25, 0.5, 1.0, 2.0, 4.0, None]
    assert Patience(tries=99, chance=lambda: 0.0).pause_seconds(BUSY, 50) == 8.0


def test_chance_cuts_up_to_a_half_of_a_wait() -> None:
    assert Patience(chance=lambda: 1.0).pause_seconds(BUSY, 1) == 0.125


@pytest.mark.parametrize(
    ("asked", "waits"), [("0", 0.25), ("3", 3.0), ("60", 60.0), ("61", None), ("nonsense", 0.25)]
)
def test_what_the_gateway_asks_is_waited_at_least_within_bounds(
    asked: str, waits: float | None
) -> None:
    assert STEADY.pause_seconds(Answer(429, {"retry-after": asked}), 1) == waits


@pytest.mark.parametrize("status", [200, 201, 400, 404, 409])
def test_what_does_not_pass_is_not_asked_again(status: int) -> None:
    assert STEADY.pause_seconds(Answer(status), 1) is None


def test_who_has_none_asks_once() -> None:
    assert NONE.pause_seconds(BUSY, 1) is None
