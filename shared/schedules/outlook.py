"""What a schedule is to do now: the firings to make, those it missed, when it is due next. Pure.

A due time is missed once it is a minute over (beside its jitter): the yard was down, or too busy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from shared.schedules.timing import Timing, jitter_of

GRACE_SECONDS = 60
"""A firing that comes so much later than it was due is late; beyond that it was missed."""
FIRED_AT_ONCE = 100
"""So many firings of a schedule are made in one commit; more follow in the next."""
MOST_COUNTED = 10_000
"""No more missed firings than these are counted."""


class Missed(StrEnum):
    """What becomes of due times at which the yard could not fire.

    skip  none of them is made
    once  one is made for all of them
    all   each is made, late
    """

    SKIP = "skip"
    ONCE = "once"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Due:
    """A firing: made for ``due_at``, or not, and how many earlier ones it stands for."""

    due_at: datetime
    is_made: bool = True
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What to do now, in order, and when the schedule is due after that; None: never again."""

    firings: list[Due]
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What a schedule's owner asked for."""

    schedule_id: str
    timing: Timing
    jitter_seconds: int
    missed: Missed

    def fires_at(self, due_at: datetime) -> datetime:
        """When the firing of ``due_at`` is made."""
        return due_at + jitter_of(self.schedule_id, due_at, self.jitter_seconds)

    def outlook(self, next_due_at: datetime, now: datetime) -> Outlook:
        """What to do at ``now``, where all due times before ``next_due_at`` are settled."""
        late = now - timedelta(seconds=GRACE_SECONDS + self.jitter_seconds)
        if self.missed is Missed.ALL or next_due_at > late:
            return self._made(next_due_at, now, [])
        before = next_due_at - timedelta(microseconds=1)
        last = self.timing.last(before, late) or next_due_at
        count = max(1, self.timing.count(before, last, MOST_COUNTED))
        following = self.timing.after(last)
        if self.missed is Missed.SKIP:
            return self._made(following, now, [Due(last, is_made=False, missed=count - 1)])
        if following is not None and self.fires_at(following) <= now:
            return self._made(following, now, [], missed=count)
        return self._made(following, now, [Due(last, missed=count - 1)])

    def _made(
        self, first: datetime | None, now: datetime, firings: list[Due], missed: int = 0
    ) -> Outlook:
        """``firings``, and those that have come from ``first`` on; the first of them stands for
        ``missed`` others."""
        if first is None:
            return Outlook(firings, None)
        come = takewhile(lambda due: self.fires_at(due) <= now, self._from(first))
        room = FIRED_AT_ONCE - len(firings)
        made = [due for due, _ in zip(come, range(room), strict=False)]
        firings += [Due(due, missed=0 if place else missed) for place, due in enumerate(made)]
        return Outlook(firings, self.timing.after(made[-1]) if made else first)

    def _from(self, first: datetime) -> Iterator[datetime]:
        yield first
        yield from self.timing.times(first)
