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

    Waiting for the same call that still runs is no try, for ``most_running_seconds``: a gateway
    that died in the middle of it is waited for that long.
    """

    tries: int = 6
    first_seconds: float = 0.25
    longest_seconds: float = 8.0
    most_asked_seconds: float = 60.0
    most_running_seconds: float = 60.0
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

    def running_seconds(self, answer: Answer, waited: float) -> float | None:
        """How long to wait for the same call that still runs, after ``waited`` seconds of that.

        None where it is to be counted as a try.
        """
        if not answer.is_running or self.tries == 1 or waited >= self.most_running_seconds:
            return None
        asked = answer.asked_seconds() or 0.0
        return None if asked > self.most_asked_seconds else max(asked, self.first_seconds)


NONE = Patience(tries=1)
"""Every call is made once."""
