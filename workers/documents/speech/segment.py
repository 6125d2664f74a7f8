"""A segment: a few words of a recording, and when they are said. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """``text`` is said from ``start_seconds`` to ``end_seconds`` of the recording."""

    start_seconds: float
    end_seconds: float
    text: str
