"""How long a dead process waits before it is started again."""

from __future__ import annotations

from taskyard.backoff import wait_seconds


def test_the_wait_doubles_with_every_early_death_up_to_five_seconds() -> None:
    waits = [wait_seconds(None, 0.0)]
    while len(waits) < 8:
        waits.append(wait_seconds(waits[-1], 0.0))
    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_a_life_of_thirty_seconds_begins_the_waits_anew() -> None:
    assert wait_seconds(5.0, 30.0) == 0.1
    assert wait_seconds(1.6, 29.9) == 3.2
