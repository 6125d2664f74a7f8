"""A matrix grows and shrinks by rows, and whoever looks meanwhile sees what was there."""

from __future__ import annotations

import numpy
import pytest

from shared.vectors.matrix import Matrix, best


def filled(*numbers: int) -> Matrix:
    """Rows that point along (number, 1)."""
    matrix = Matrix(2)
    add(matrix, *numbers)
    return matrix


def add(matrix: Matrix, *numbers: int) -> None:
    matrix.append(numbers, [numpy.array([n, 1], "<f4").tobytes() for n in numbers])


def along(matrix: Matrix, count: int = 10) -> list[int]:
    """The numbers of the rows that reach farthest."""
    return [number for number, _ in matrix.nearest(numpy.array([1, 0], "<f4"), count)]


def test_rows_are_added_and_dropped() -> None:
    matrix = filled(1, 2, 3)
    add(matrix, 5)
    matrix.keep(numpy.array([1, 3, 5, 9]))
    add(matrix, 6, 7)
    assert along(matrix) == [7, 6, 5, 3, 1]
    assert matrix.last == 7


def test_many_single_additions_lose_none() -> None:
    matrix = Matrix(2)
    for number in range(1, 200):
        add(matrix, number)
    assert along(matrix, 3) == [199, 198, 197]
    assert matrix.numbers.tolist() == list(range(1, 200))


def test_dropping_while_somebody_looks_changes_nothing_for_them() -> None:
    matrix = filled(1, 2, 3)
    numbers, room = matrix._state
    matrix.keep(numpy.array([3]))
    add(matrix, 4, 5, 6)
    assert numbers.tolist() == [1, 2, 3]
    assert room[:3, 0].tolist() == [1, 2, 3]


def test_vectors_of_another_length_are_left_out() -> None:
    matrix = filled(1)
    matrix.append([2, 3], [b"\0" * 12, numpy.array([3, 1], "<f4").tobytes()])
    assert along(matrix) == [3, 1]


def test_an_empty_matrix_has_no_nearest() -> None:
    assert along(Matrix(2)) == []
    assert Matrix(2).last == 0


@pytest.mark.parametrize("count", [1, 3, 9])
def test_of_equal_scores_the_older_comes_first(count: int) -> None:
    scores = numpy.array([0.5, 0.9, 0.5, 0.1])
    found = best(numpy.array([4, 3, 2, 1]), scores, count)
    assert [number for number, _ in found] == [3, 2, 4, 1][:count]
