"""Clocks: the system's, and one that is moved by hand."""

from datetime import UTC, datetime, timedelta

from shared.clock import FakeClock, SystemClock


def test_the_system_clock_tells_aware_utc_time() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_the_system_clock_agrees_with_the_machine() -> None:
    assert abs(SystemClock().now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_system_clocks_spans_never_shrink() -> None:
    clock = SystemClock()
    readings = [clock.monotonic() for _ in range(100)]
    assert readings == sorted(readings)


def test_a_fake_clock_stands_still() -> None:
    clock = FakeClock()
    assert clock.now() == clock.now()
    assert clock.monotonic() == clock.monotonic() == 0.0


def test_a_fake_clock_starts_where_it_is_told() -> None:
    start = datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert FakeClock(start).now() == start


def test_moving_a_fake_clock_moves_both_of_its_hands() -> None:
    clock = FakeClock()
    before = clock.now()
    clock.advance(1.5)
    clock.advance(60)
    assert clock.now() - before == timedelta(seconds=61.5)
    assert clock.monotonic() == 61.5
