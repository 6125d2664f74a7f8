from __future__ import annotations

import pytest

from taskyard.bench.fairness import Pair, pairs, rounds


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, [True, False]),
        (3, [True, False, False, True, True, False]),
    ],
)
def test_rounds_are_run_by_pairs_every_other_one_the_other_way(
    count: int, expected: list[bool]
) -> None:
    assert rounds(count) == expected


def test_what_drifts_favours_neither_side() -> None:
    drifting = [(is_fair, 100.0 - place) for place, is_fair in enumerate(rounds(4))]
    assert sum(pair.fair - pair.first_come for pair in pairs(drifting)) == 0


def test_each_pair_is_of_rounds_that_followed_one_another() -> None:
    rates = [(True, 9.0), (False, 10.0), (False, 20.0), (True, 19.0)]
    assert pairs(rates) == [Pair(9.0, 10.0), Pair(19.0, 20.0)]
    assert [pair.ratio for pair in pairs(rates)] == [0.9, 0.95]
