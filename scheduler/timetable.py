"""When which chore is due."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.clock import Clock
from shared.errors import Unavailable
from shared.yard import Yard

log = logging.getLogger(__name__)
REST_SECONDS = 0.5
"""How long a chore waits after the store or the broker did not answer."""


class Stoppable(Protocol):
    """What says that the loop is to end."""

    def is_set(self) -> bool:
        """Whether it is."""

    def wait(self, seconds: float, /) -> object:
        """Return when it is, after ``seconds`` at the latest."""


@dataclass(frozen=True, slots=True)
class Chore:
    """``work`` does a bounded piece and answers how many rows it moved.

    An ``eager`` chore that moved something is due again at once: there may be more.
    """

    name: str
    every_seconds: float
    work: Callable[[Yard], int]
    eager: bool = True


class Timetable:
    """Runs chores in turn, each when it is due."""

    def __init__(self, chores: Sequence[Chore], clock: Clock) -> None:
        self._chores = chores
        self._clock = clock
        self._due_at = {chore.name: clock.monotonic() for chore in chores}

    def run_due(self, yard: Yard) -> float:
        """Do what is due now; the seconds until the next chore is."""
        for chore in self._chores:
            if self._due_at[chore.name] <= self._clock.monotonic():
                self._due_at[chore.name] = self._clock.monotonic() + self._do(yard, chore)
        return max(0.0, min(self._due_at.values()) - self._clock.monotonic())

    def run_until(self, yard: Yard, stop: Stoppable) -> None:
        """Loop until ``stop`` is set."""
        while not stop.is_set():
            stop.wait(self.run_due(yard))

    def _do(self, yard: Yard, chore: Chore) -> float:
        """Run one chore; the seconds until it is due again."""
        try:
            moved = chore.work(yard)
        except Unavailable as error:
            log.warning("%s waits: %s", chore.name, error)
            return max(REST_SECONDS, chore.every_seconds)
        except Exception:
            log.exception("%s failed", chore.name)
            return max(REST_SECONDS, chore.every_seconds)
        if moved:
            log.debug("%s moved %d", chore.name, moved)
        return 0.0 if moved and chore.eager else chore.every_seconds
