"""Lines that cross make grids; frames, rules and drawings do not."""

from __future__ import annotations

import pytest

from workers.documents.reading.grid import MOST_LINES, Grid, Line, grids


def level(at: float, start: float = 0, end: float = 100) -> Line:
    """A level line."""
    return Line(True, at, start, end)


def upright(at: float, start: float = 0, end: float = 40) -> Line:
    """An upright line."""
    return Line(False, at, start, end)


RULES = [level(0), level(20), level(40)]
POSTS = [upright(0), upright(50), upright(100)]
TWO_BY_TWO = Grid(rows=[(20, 40), (0, 20)], columns=[(0, 50), (50, 100)])


@pytest.mark.parametrize(
    "lines",
    [
        [*RULES, *POSTS],
        [*RULES, *POSTS, *RULES],
        [*RULES, upright(0, 0, 20), upright(0, 21, 40), *POSTS[1:]],
        [level(0), level(20, 0, 50), level(20, 50, 100), level(40, 2, 98), *POSTS],
        [*RULES, *POSTS, level(1.5), upright(101)],
    ],
)
def test_lines_that_cross_are_a_grid_however_they_were_drawn(lines: list[Line]) -> None:
    (grid,) = grids(lines)
    assert [len(grid.rows), len(grid.columns)] == [2, 2]
    assert grid.cell_count == 4


def test_rows_go_down_and_columns_to_the_right() -> None:
    assert grids([*POSTS, *RULES]) == [TWO_BY_TWO]


def test_tables_below_one_another_are_several() -> None:
    below = [Line(line.is_level, line.at - 200, line.start, line.end) for line in RULES]
    posts = [upright(at, -200, -160) for at in (0, 50, 100)]
    upper, lower = grids([*below, *posts, *RULES, *POSTS])
    assert upper == TWO_BY_TWO
    assert lower.rows[0] == (-180, -160)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        RULES,
        [level(0), level(40), upright(0), upright(100)],
        [*RULES, *[upright(at, 100, 140) for at in (0, 50, 100)]],
        [line for n in range(MOST_LINES) for line in (level(n * 9.0), upright(n * 9.0))],
    ],
)
def test_other_lines_are_none(lines: list[Line]) -> None:
    assert grids(lines) == []
