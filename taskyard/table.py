"""Rows of text set in columns. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def lines(rows: Iterable[Sequence[object]], gap: str = "  ") -> list[str]:
    """One line for each row, every column as wide as its widest cell."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    return [_line(row, widths, gap) for row in cells]


def _line(row: Sequence[str], widths: Sequence[int], gap: str) -> str:
    return gap.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
