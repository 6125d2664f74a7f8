"""Lines that cross become grids: where the rows and columns of tables are. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

NEAR = 3.0
"""Points: lines closer than this are one, and those that miss each other by less still meet."""
MOST_LINES = 500
"""More on a page is a drawing."""
FEWEST_LINES = 3
"""Each way: two rows, two columns."""
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A level line at the height ``at``, or an upright one, from ``start`` to ``end``."""

    is_level: bool
    at: float
    start: float
    end: float

    def meets(self, other: Line) -> bool:
        """Whether the two cross or touch; those of one direction never do."""
        return (
            self.is_level != other.is_level
            and other.start - NEAR <= self.at <= other.end + NEAR
            and self.start - NEAR <= other.at <= self.end + NEAR
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """``rows`` from top to bottom (bottom and top of each), ``columns`` from left to right."""

    rows: Sequence[Span]
    columns: Sequence[Span]

    @property
    def cell_count(self) -> int:
        """How many cells it has."""
        return len(self.rows) * len(self.columns)


def grids(lines: Iterable[Line]) -> list[Grid]:
    """The grids that ``lines`` form, from the top of the page to its bottom."""
    whole = list(_joined(lines))
    if len(whole) > MOST_LINES:
        return []
    found = [_grid(group) for group in _connected(whole)]
    return sorted((grid for grid in found if grid), key=lambda g: -g.rows[0][1])


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines that go on in one another, or lie upon one another, as one."""
    by_place: dict[bool, list[Line]] = defaultdict(list)
    for line in lines:
        by_place[line.is_level].append(line)
    for group in by_place.values():
        for row in _clusters(sorted(group, key=lambda line: line.at)):
            yield from _spans(sorted(row, key=lambda line: line.start))


def _clusters(ordered: Sequence[Line]) -> Iterator[list[Line]]:
    """Those at about the same place, together."""
    cluster: list[Line] = []
    for line in ordered:
        if cluster and line.at - cluster[0].at > NEAR:
            yield cluster
            cluster = []
        cluster.append(line)
    if cluster:
        yield cluster


def _spans(ordered: Sequence[Line]) -> Iterator[Line]:
    current = ordered[0]
    for line in ordered[1:]:
        if line.start > current.end + NEAR:
            yield current
            current = line
        else:
            end = max(current.end, line.end)
            current = Line(current.is_level, current.at, current.start, end)
    yield current


def _connected(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that meet, directly or by others, together."""
    left = list(lines)
    while left:
        group, edge = [], [left.pop()]
        while edge:
            line = edge.pop()
            group.append(line)
            edge += [other for other in left if line.meets(other)]
            left = [other for other in left if not line.meets(other)]
        yield group


def _grid(group: Sequence[Line]) -> Grid | None:
    levels = sorted({line.at for line in group if line.is_level}, reverse=True)
    uprights = sorted({line.at for line in group if not line.is_level})
    if min(len(levels), len(uprights)) < FEWEST_LINES:
        return None
    rows = [(bottom, top) for top, bottom in pairwise(levels)]
    return Grid(rows=rows, columns=list(pairwise(uprights)))
