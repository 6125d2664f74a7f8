"""When a schedule is due: by cron or at intervals, from a start to an end, with jitter. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from shared.errors import Refused
from shared.schedules.cron import cron_moments

TICK = timedelta(microseconds=1)
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """``cron`` in the time zone ``timezone``, or ``every_seconds`` from ``anchor_at`` on.

    An interval is time that passes, whatever clocks show. It is due at its anchor and then every
    ``every_seconds``; nothing is due before ``start_at`` or after ``end_at``.
    """

    cron: str | None
    every_seconds: int | None
    timezone: str
    anchor_at: datetime
    start_at: datetime | None = None
    end_at: datetime | None = None

    def after(self, moment: datetime) -> datetime | None:
        """The first time after ``moment`` at which it is due; None where there is none."""
        return next(self.times(moment), None)

    def times(self, after: datetime) -> Iterator[datetime]:
        """The times after ``after`` at which it is due, in order, in UTC."""
        if self.start_at is not None:
            after = max(after, self.start_at - TICK)
        for moment in self._endless(after):
            if self.end_at is not None and moment > self.end_at:
                return
            yield moment

    def upcoming(self, after: datetime, count: int) -> list[datetime]:
        """The next ``count`` times, or as many as there are."""
        return list(islice(self.times(after), count))

    def last(self, after: datetime, until: datetime) -> datetime | None:
        """The last time after ``after``, and not after ``until``; found by halving what lies
        between, since there may be very many."""
        newest = self.after(after)
        if newest is None or newest > until:
            return None
        late = until
        while late - newest > A_MINUTE:
            middle = newest + (late - newest) / 2
            found = self.after(middle)
            if found is not None and found <= until:
                newest = found
            else:
                late = middle
        return max([newest, *takewhile(lambda due: due <= until, self.times(newest))])

    def count(self, after: datetime, until: datetime, most: int) -> int:
        """How many times lie after ``after`` and not after ``until``; ``most`` at most."""
        within = takewhile(lambda due: due <= until, islice(self.times(after), most))
        return sum(1 for _ in within)

    def _endless(self, after: datetime) -> Iterator[datetime]:
        if self.cron is not None:
            yield from cron_moments(self.cron, zone_named(self.timezone), after)
            return
        step = timedelta(seconds=self.every_seconds or 0)
        steps = max(0, (after - self.anchor_at) // step + 1)
        while True:
            yield self.anchor_at + steps * step
            steps += 1


def zone_named(name: str) -> ZoneInfo:
    """The time zone; `Refused` where this machine does not know it any more."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        message = f"timezone: {name} is not known here any more; set another one."
        raise Refused(message, code="INVALID_FIELD", field="timezone") from None


def jitter_of(schedule_id: str, due_at: datetime, most_seconds: int) -> timedelta:
    """How much later than ``due_at`` that firing is made: the same for whoever asks.

    Spread evenly from 0 to ``most_seconds``, in whole milliseconds.
    """
    if most_seconds == 0:
        return timedelta(0)
    digest = sha256(f"{schedule_id}/{due_at.timestamp():.6f}".encode()).digest()
    share = int.from_bytes(digest[:8]) / 2**64
    return timedelta(milliseconds=int(share * most_seconds * 1000))
