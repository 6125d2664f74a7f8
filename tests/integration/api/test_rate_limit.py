"""Rates: counted in Redis for all gateways, by each gateway alone while that is away."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from api.rate_limit import ANSWER_SECONDS, REST_SECONDS, RateLimiter
from shared.clock import FakeClock
from shared.rate_limits import RateLimit
from tests.servers import ValkeyServer, free_port

THREE = RateLimit("three", 3, 60)
SHORT = RateLimit("short", 1, 1)


def allowed(limiter: RateLimiter, times: int, key: str = "key") -> list[bool]:
    """Whether each of so many requests of ``key`` was let through."""
    return [limiter.take(THREE, key).is_allowed for _ in range(times)]


def nowhere() -> str:
    """The address of a Redis that is not there."""
    return f"redis://127.0.0.1:{free_port()}/0"


def test_gateways_count_together(valkey: str) -> None:
    one, two = RateLimiter(valkey, FakeClock()), RateLimiter(valkey, FakeClock())

    assert [*allowed(one, 2), *allowed(two, 2), *allowed(one, 1)] == [True] * 3 + [False] * 2


def test_keys_and_limits_are_counted_apart(valkey: str) -> None:
    limiter = RateLimiter(valkey, FakeClock())
    allowed(limiter, 3, "one")

    assert allowed(limiter, 1, "two") == [True]
    assert limiter.take(RateLimit("other", 3, 60), "one").remaining == 2


def test_a_standing_says_what_is_left_and_until_when(valkey: str) -> None:
    limiter = RateLimiter(valkey, FakeClock())

    standings = [limiter.take(THREE, "key") for _ in range(4)]

    assert [one.remaining for one in standings] == [2, 1, 0, 0]
    assert standings[-1].reset_at == standings[0].reset_at
    assert 1 <= standings[-1].retry_after_seconds(time.time()) <= 60


def test_what_is_old_counts_no_more(valkey: str) -> None:
    limiter = RateLimiter(valkey, FakeClock())
    first = limiter.take(SHORT, "key")
    assert not limiter.take(SHORT, "key").is_allowed

    time.sleep(max(0.0, first.reset_at - time.time()) + 0.05)

    assert limiter.take(SHORT, "key").is_allowed


def test_however_many_ask_at_once_no_more_get_through(valkey: str) -> None:
    limiter = RateLimiter(valkey, FakeClock())
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(limiter.take, THREE, "key") for _ in range(40)]

    assert sum(one.result().is_allowed for one in asked) == 3


def test_without_redis_a_gateway_counts_for_itself() -> None:
    began = time.monotonic()
    limiter = RateLimiter(nowhere(), FakeClock())

    assert allowed(limiter, 4) == [True, True, True, False]
    assert time.monotonic() - began < 10


def test_a_redis_that_hangs_costs_one_caller_a_moment(own_valkey: ValkeyServer) -> None:
    limiter = RateLimiter(own_valkey.url, FakeClock())
    own_valkey.freeze()
    try:
        began = time.monotonic()
        assert allowed(limiter, 4) == [True, True, True, False]
        assert time.monotonic() - began < 10
    finally:
        own_valkey.thaw()


def test_one_caller_alone_waits_for_a_redis_that_may_be_back(own_valkey: ValkeyServer) -> None:
    clock = FakeClock()
    limiter = RateLimiter(own_valkey.url, clock)

    def seconds(_: int) -> float:
        began = time.monotonic()
        limiter.take(THREE, "key")
        return time.monotonic() - began

    own_valkey.freeze()
    try:
        allowed(limiter, 1)
        clock.advance(REST_SECONDS)
        with ThreadPoolExecutor(8) as pool:
            waited = sorted(pool.map(seconds, range(8)))
    finally:
        own_valkey.thaw()

    assert waited[-2] < ANSWER_SECONDS <= waited[-1]


def test_redis_counts_again_once_it_is_back(own_valkey: ValkeyServer) -> None:
    clock = FakeClock()
    limiter = RateLimiter(own_valkey.url, clock)
    allowed(limiter, 3)
    own_valkey.kill()
    assert allowed(limiter, 1) == [True]

    own_valkey.start()
    clock.advance(REST_SECONDS)

    assert allowed(limiter, 1) == [False]
