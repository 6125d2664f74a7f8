"""What to submit next: a seeded choice. Pure but for the random numbers.

Shares are parts of the load; what takes time is also limited in number, so that workers are not
busy all the time: waiting for a busy worker would look like recovering from a fault.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from taskyard.chaos.submission import FAIL_TIMES, Kind, Submission, echo, question

SHARES: dict[Kind, tuple[float, float]] = {
    Kind.SLOW: (0.10, 0.2),
    Kind.FAILING: (0.10, 5.0),
    Kind.CANCELED: (0.10, 5.0),
    Kind.REPEATED: (0.10, 10.0),
    Kind.MACHINES: (0.05, 2.0),
    Kind.PEOPLE: (0.05, 2.0),
}
"""Of each kind: its share of all tasks, and how many a second at most. The rest is fast."""
SLOW_SECONDS = (0.8, 2.5)
BULK_SHARE = 0.05
BULK_ITEMS = (2, 10)
SOON_SECONDS = 2.0
"""Within this time something is done to a task that was accepted."""
SLOW_CANCELED_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Answered:
    """The projects of questions: of people's, and of machines' where a worker answers them."""

    people: str | None
    machines: str | None


class Mix:
    """A stream of submissions at ``rate`` tasks a second, for one thread called ``name``."""

    def __init__(self, random: Random, rate: float, answered: Answered, name: str) -> None:
        self._random = random
        self._answered = answered
        self._name = name
        self._numbers = count()
        shares = {kind: min(part, most / rate) for kind, (part, most) in SHARES.items()}
        if answered.people is None:
            del shares[Kind.PEOPLE]
        if answered.machines is None:
            del shares[Kind.MACHINES]
        self._kinds = [*shares, Kind.FAST]
        self._weights = [*shares.values(), 1 - sum(shares.values())]

    def next(self) -> list[Submission]:
        """One submission, or now and then a few for a bulk."""
        is_bulk = self._random.random() < BULK_SHARE / (sum(BULK_ITEMS) / 2)
        items = self._random.randint(*BULK_ITEMS) if is_bulk else 1
        return [self._one() for _ in range(items)]

    def of(self, kind: Kind) -> Submission:
        """A submission of that kind."""
        tag = f"{self._name}-{next(self._numbers)}"
        match kind:
            case Kind.SLOW:
                return echo(kind, tag, sleep_seconds=round(self._random.uniform(*SLOW_SECONDS), 2))
            case Kind.FAILING:
                return echo(kind, tag, fail_times=FAIL_TIMES)
            case Kind.CANCELED:
                return self._canceled(tag)
            case Kind.REPEATED:
                times = tuple(self._soon() for _ in range(self._random.randint(1, 2)))
                return replace(echo(kind, tag), repeat_after=times)
            case Kind.MACHINES:
                return question(kind, tag, self._answered.machines, self._random.randint(1, 2))
            case Kind.PEOPLE:
                return question(kind, tag, self._answered.people, self._random.randint(1, 2))
            case _:
                return echo(Kind.FAST, tag)

    def _one(self) -> Submission:
        return self.of(self._random.choices(self._kinds, self._weights)[0])

    def _canceled(self, tag: str) -> Submission:
        """Canceled while it is pending, queued or running, or a little too late."""
        submission = echo(Kind.CANCELED, tag, **self._canceled_payload())
        if self._random.random() < 0.3:
            due = datetime.now(UTC) + timedelta(seconds=self._soon())
            submission.body["notBefore"] = due.isoformat()
        return replace(submission, cancel_after=self._soon())

    def _canceled_payload(self) -> dict[str, float]:
        chance = self._random.random()
        if chance < SLOW_CANCELED_SHARE:
            return {"sleep_seconds": round(self._random.uniform(*SLOW_SECONDS), 2)}
        return {"fail_times": FAIL_TIMES} if chance < 0.5 else {}

    def _soon(self) -> float:
        return self._random.random() ** 2 * SOON_SECONDS
