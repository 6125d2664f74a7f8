"""How long to wait before a gateway that does not answer is asked again."""

from __future__ import annotations

from collections.abc import Callable
from random import random

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 15.0


class Backoff:
    """Waits that double, each cut by up to a half at random: many agents do not come at once."""

    def __init__(self, chance: Callable[[], float] = random) -> None:
        self._chance = chance
        self._failures = 0

    def reset(self) -> None:
        """It answered: the next wait is the first again."""
        self._failures = 0

    def next_seconds(self) -> float:
        """The wait after one more failure."""
        plain = min(FIRST_SECONDS * 2.0 ** min(self._failures, 16), LONGEST_SECONDS)
        self._failures += 1
        return plain * (1 - self._chance() / 2)
