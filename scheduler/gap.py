"""Gaps: times in which nobody could say anything, so that silence means nothing."""

from __future__ import annotations

from datetime import datetime

from shared.clock import Clock


class GapWatch:
    """Sees gaps between looks: on this process's clock (it stood still, or the store did not
    answer), or on the store's (the whole machine slept, or its time was set)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: tuple[float, datetime] | None = None

    def gap_seconds(self, at: datetime) -> float:
        """How long it is since the last look, by either clock; 0 at the first.

        ``at`` is the store's time now.
        """
        now, last = self._clock.monotonic(), self._last
        self._last = (now, at)
        if last is None:
            return 0.0
        return max(now - last[0], (at - last[1]).total_seconds())
