"""Faults of the broker: ended and started again with what it had written, or emptied."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace

from redis.exceptions import RedisError

from taskyard.chaos.fault import FaultKind, Strike
from taskyard.chaos.process_faults import Ended
from taskyard.chaos.target import Target

BACK_SECONDS = 60.0
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class RedisEnded:
    """The embedded broker ends; its outage is over when it answers again."""

    end: Ended

    @property
    def kind(self) -> FaultKind:
        """What it is."""
        return self.end.kind

    @property
    def seconds(self) -> float:
        """Until it answers again."""
        return self.end.seconds

    def strike(self) -> Strike | None:
        """End it, and wait until the supervisor has started it again and it answers."""
        target = self.end.target
        before = target.alive(self.kind.part)
        strike = self.end.strike()
        if strike is None:
            return None
        until = time.monotonic() + BACK_SECONDS
        while time.monotonic() < until and not self._is_back(before):
            time.sleep(LOOK_SECONDS)
        return replace(strike, healed_at=target.yard.store.now())

    def _is_back(self, before: object) -> bool:
        alive = self.end.target.alive(self.kind.part)
        return bool(alive) and alive != before and answers(self.end.target)


@dataclass(frozen=True, slots=True)
class Flushed:
    """The broker is emptied: FLUSHALL where it is the yard's own, else FLUSHDB."""

    target: Target
    kind: FaultKind
    seconds: float = 0.5

    def strike(self) -> Strike | None:
        """Empty it."""
        is_own = self.target.settings.embedded_redis
        try:
            (self.target.redis.flushall if is_own else self.target.redis.flushdb)()
        except RedisError:
            return None
        now = self.target.yard.store.now()
        return Strike(kind=self.kind, struck_at=now, healed_at=now)


def answers(target: Target) -> bool:
    """Whether the broker answers."""
    with suppress(RedisError):
        return bool(target.redis.ping())
    return False
