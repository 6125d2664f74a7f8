"""Tenants in turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tasks.handout import in_turn


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        ([], ""),
        ([""], ""),
        (["abc"], "abc"),
        (["abc", "x"], "axbc"),
        (["abc", "xy", "1"], "ax1byc"),
    ],
)
def test_one_of_each_line_and_then_the_next_of_each(lines: list[str], order: str) -> None:
    assert "".join(in_turn(lines)) == order


@given(st.lists(st.lists(st.integers(0, 9)), max_size=6))
def test_nobody_is_forgotten_and_each_line_keeps_its_order(shape: list[list[int]]) -> None:
    lines = [[f"{row}.{place}" for place in range(len(line))] for row, line in enumerate(shape)]
    order = in_turn(lines)
    for line in lines:
        assert [item for item in order if item in line] == line
    assert len(order) == sum(map(len, lines))


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 20))
def test_a_long_line_takes_no_more_than_its_share(noisy: int, quiet: int, room: int) -> None:
    lines = [[f"n{n}" for n in range(noisy)], [f"q{n}" for n in range(quiet)]]
    served = in_turn(lines)[:room]
    assert sum(1 for item in served if item[0] == "q") >= min(quiet, room // 2)
