from __future__ import annotations

from math import isnan

import pytest

from taskyard.bench.figure import Beside, Figure, middle, percentile


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([7.0], 50, 7.0),
        ([7.0], 99, 7.0),
        ([4.0, 1.0, 3.0, 2.0], 50, 2.0),
        ([4.0, 1.0, 3.0, 2.0], 99, 4.0),
        ([float(n) for n in range(1, 101)], 99, 99.0),
        ([float(n) for n in range(1, 1001)], 99, 990.0),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(
    values: list[float], percent: float, expected: float
) -> None:
    assert percentile(values, percent) == expected


def test_rounds_are_shown_by_their_median() -> None:
    assert middle([1.0, 100.0, 3.0]) == 3.0


def test_what_was_not_measured_is_no_number() -> None:
    assert isnan(middle([]))
    assert isnan(percentile([], 50))


@pytest.mark.parametrize(("beside", "ratio"), [(50.0, 2.0), (400.0, 0.25)])
def test_a_figure_is_so_many_times_what_it_stands_beside(beside: float, ratio: float) -> None:
    figure = Figure(store="s", name="n", value=100.0, unit="/s", beside=Beside("b", beside))
    assert figure.ratio == ratio


def test_beside_nothing_there_is_no_ratio() -> None:
    figure = Figure(store="s", name="n", value=1.0, unit="/s", beside=Beside("b", 0.0))
    assert isnan(figure.ratio)
