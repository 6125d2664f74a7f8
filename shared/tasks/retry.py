"""Whether and when a failed task runs again: exponential, jittered, capped. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import random

LONGEST_ASKED_SECONDS = 86_400.0
"""The other side may ask for a day; more than that is taken for nonsense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how soon a failure is tried again.

    The n-th retry waits ``first_seconds * factor**(n-1)``, at most ``longest_seconds``, varied by
    up to ``jitter`` (a share of the wait) in either direction.
    """

    max_retries: int = 3
    first_seconds: float = 1.0
    factor: float = 4.0
    longest_seconds: float = 900.0
    jitter: float = 0.2

    def wait_seconds(self, retry_count: int, chance: Callable[[], float] = random) -> float:
        """Seconds before the retry that follows ``retry_count`` earlier ones."""
        try:
            plain = min(self.first_seconds * self.factor**retry_count, self.longest_seconds)
        except OverflowError:
            plain = self.longest_seconds
        return plain * (1 + self.jitter * (2 * chance() - 1))


def decide(
    policy: RetryPolicy,
    *,
    retry_count: int,
    max_retries: int,
    retryable: bool,
    asked_seconds: float | None = None,
    chance: Callable[[], float] = random,
) -> float | None:
    """Seconds to wait before the next attempt, or None when the failure is final.

    ``asked_seconds`` is a delay that the other side asked for; it is kept where it is longer, up
    to `LONGEST_ASKED_SECONDS`.
    """
    if not retryable or retry_count >= max_retries:
        return None
    wait = policy.wait_seconds(retry_count, chance)
    return max(wait, min(asked_seconds or 0.0, LONGEST_ASKED_SECONDS))
