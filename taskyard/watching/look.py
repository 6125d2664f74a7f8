"""One look at an account's tasks: how many are where, and the newest of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from taskyard.client import Client, Counts, Listing, Task

OVER = ("completed", "failed", "canceled")


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at ``at``, in seconds of a clock that never goes back."""

    at: float
    counts: Counts
    newest: Sequence[Task]

    @property
    def is_idle(self) -> bool:
        """Whether nothing is left to do."""
        return self.counts.left == 0

    def as_json(self, before: Look | None) -> dict[str, Any]:
        """The same for programs, with how many ended in a second since the look ``before``."""
        return {
            "total": self.counts.total,
            "byType": self.counts.by_type,
            "perSecond": {name: per_second(name, self, before) for name in self.counts.by_type},
            "newest": [task.told for task in self.newest],
        }


def look(client: Client, newest: int, clock: Callable[[], float]) -> Look:
    """Look now."""
    page = client.page(Listing(most=newest)) if newest else None
    return Look(clock(), client.counts(), page.tasks if page else ())


def per_second(name: str, now: Look, before: Look | None) -> float | None:
    """How many tasks of a type ended in a second between two looks; None where that is unknown.

    A task that begins anew is not over any more: fewer than none is none. Pure.
    """
    if before is None or now.at <= before.at:
        return None
    ended = _over(name, now) - _over(name, before)
    return round(max(ended, 0) / (now.at - before.at), 1)


def _over(name: str, seen: Look) -> int:
    counts = seen.counts.by_type.get(name, {})
    return sum(counts.get(word, 0) for word in OVER)
