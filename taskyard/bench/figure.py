"""What was measured, and what it stands beside. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median


@dataclass(frozen=True, slots=True)
class Beside:
    """A peer's or a limit's figure from the same run, in the unit of the figure beside it."""

    name: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table.

    ``unit`` is ``/s`` (more is better) or ``ms`` (less is better). ``p50_ms`` and ``p99_ms`` are
    latencies at that rate, where they were taken. ``aim`` is the ratio that we want.
    ``ratios`` are those of rounds that were run by pairs.
    """

    store: str
    name: str
    value: float
    unit: str
    beside: Beside
    p50_ms: float | None = None
    p99_ms: float | None = None
    aim: str = ""
    ratios: tuple[float, ...] = ()

    @property
    def ratio(self) -> float:
        """How many times what it stands beside; of pairs of rounds, their median."""
        if self.ratios:
            return middle(self.ratios)
        return self.value / self.beside.value if self.beside.value else float("nan")


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that ``percent`` of ``values`` do not exceed (nearest rank)."""
    if not values:
        return float("nan")
    rank = max(1, ceil(len(values) * percent / 100))
    return sorted(values)[rank - 1]


def middle(values: Sequence[float]) -> float:
    """The median of some rounds."""
    return float(median(values)) if values else float("nan")
