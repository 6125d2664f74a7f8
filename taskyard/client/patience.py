"""How often and when a call is made again that was not answered. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import random

from taskyard.client.answer import Answer


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits that double up to ``longest_seconds``, each cut by up to a half at random.

    ``tries`` counts the first one too. Where the gateway says how long to wait, that is waited at
    least; where that is more than ``most_asked_seconds``, the caller is told instead.
    """

    tries: int = 6
    first_seconds: float = 0.25
    longest_seconds: float = 8.0
    most_asked_seconds: float = 60.0
    chance: Callable[[], float] = random

    def pause_seconds(self, answer: Answer, tried: int) -> float | None:
        """How long to wait after ``tried`` tries, the last of them answered so.

        None where no other try is to be made.
        """
        if not answer.is_passing or tried >= self.tries:
            return None
        asked = answer.asked_seconds() or 0.0
        if asked > self.most_asked_seconds:
            return None
        plain = min(self.first_seconds * 2.0 ** (tried - 1), self.longest_seconds)
        return max(plain * (1 - self.chance() / 2), asked)


NONE = Patience(tries=1)
"""Every call is made once."""
