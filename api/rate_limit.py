"""How often somebody may ask: counted in Redis for all gateways, here alone while that is away.

The window moves: whatever minute one looks at, no more than the limit was let through in it.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from shared.broker.celery_broker import redis_client
from shared.clock import Clock
from shared.rate_limits import RateLimit

log = logging.getLogger(__name__)
PREFIX = "taskyard:rate"
ANSWER_SECONDS = 0.5
"""How long Redis may take: a limit is not worth more of a caller's time."""
REST_SECONDS = 5.0
"""How long a Redis that failed is not asked again; each gateway counts for itself meanwhile."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a key stands after one more request: ``reset_at`` (seconds since the epoch) is when
    the oldest one that counts will count no more."""

    limit: RateLimit
    is_allowed: bool
    remaining: int
    reset_at: float

    def retry_after_seconds(self, now: float) -> int:
        """In how many seconds, from ``now``, one more request will do."""
        return max(1, ceil(self.reset_at - now))


class RateLimiter:
    """One for each gateway process; its methods may be called from any thread."""

    def __init__(self, redis_url: str, clock: Clock) -> None:
        self._redis_url = redis_url
        self._clock = clock
        self._lock = threading.Lock()
        self._rests_until: float | None = None

    def take(self, limit: RateLimit, key: str) -> Standing:
        """Count one more request of ``key``, where ``limit`` allows it."""
        if self._rests_until is None or self._is_tried():
            try:
                standing = _take(self._shared, limit, key)
            except (RedisError, OSError) as error:
                self._rests_until = self._clock.monotonic() + REST_SECONDS
                log.warning("rates are counted by this gateway alone for now: %s", error)
            else:
                self._rests_until = None
                return standing
        return _take(self._own, limit, key)

    def _is_tried(self) -> bool:
        """Whether to look if Redis is back: one caller alone waits for it, the others go on."""
        now = self._clock.monotonic()
        with self._lock:
            if self._rests_until is None or now < self._rests_until:
                return self._rests_until is None
            self._rests_until = now + REST_SECONDS
            return True

    @cached_property
    def _shared(self) -> MovingWindowRateLimiter:
        retry = Retry(NoBackoff(), 1)
        times = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}
        pool = redis_client(self._redis_url, retry=retry, **times).connection_pool
        return MovingWindowRateLimiter(RedisStorage("redis://", pool, key_prefix=PREFIX))

    @cached_property
    def _own(self) -> MovingWindowRateLimiter:
        return MovingWindowRateLimiter(MemoryStorage())


def _take(counted: MovingWindowRateLimiter, limit: RateLimit, key: str) -> Standing:
    item: RateLimitItem = RateLimitItemPerSecond(limit.most, limit.seconds)
    is_allowed = counted.hit(item, limit.name, key)
    reset_at, remaining = counted.get_window_stats(item, limit.name, key)
    return Standing(limit, is_allowed, max(0, remaining), reset_at)
