"""Text in columns."""

from __future__ import annotations

from taskyard.table import lines


def test_every_column_is_as_wide_as_its_widest_cell() -> None:
    assert lines([("a", "bb", 1), ("ccc", "d", 22)]) == ["a    bb  1", "ccc  d   22"]


def test_lines_end_without_blanks() -> None:
    assert lines([("long", ""), ("a", "b")]) == ["long", "a     b"]


def test_no_rows_make_no_lines() -> None:
    assert lines([]) == []
