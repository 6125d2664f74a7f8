"""Waiting that a signal may end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from shared.wakeup import Stop, Wakeup

LONG = 30.0


@pytest.fixture
def interrupted() -> Iterator[list[object]]:
    """What SIGUSR1 rings from now on."""
    rung: list[object] = []
    before = signal.signal(signal.SIGUSR1, lambda *_: rung[0]())  # type: ignore[operator]
    yield rung
    signal.signal(signal.SIGUSR1, before)


def test_a_bell_rung_before_the_wait_ends_it_at_once() -> None:
    bell = Wakeup()
    bell.ring()
    begun = time.monotonic()
    bell.wait(LONG)
    assert time.monotonic() - begun < LONG / 2


def test_several_rings_end_one_wait_only() -> None:
    bell = Wakeup()
    for _ in range(3):
        bell.ring()
    bell.wait(LONG)
    begun = time.monotonic()
    bell.wait(0.05)
    assert time.monotonic() - begun >= 0.04


def test_a_signal_in_the_middle_of_the_wait_ends_it(interrupted: list[object]) -> None:
    stop = Stop()
    interrupted.append(stop.set)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGUSR1))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    begun = time.monotonic()
    while not stop.is_set():
        stop.wait(LONG)
    assert time.monotonic() - begun < LONG / 2
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def test_a_stop_that_was_asked_for_is_never_waited_for() -> None:
    stop = Stop()
    stop.set()
    begun = time.monotonic()
    stop.wait(LONG)
    stop.wait(LONG)
    assert stop.is_set()
    assert time.monotonic() - begun < LONG / 2


def test_a_storm_of_signals_never_makes_the_waiting_thread_wait_for_itself(
    interrupted: list[object],
) -> None:
    bell = Wakeup()
    interrupted.append(bell.ring)
    signal.signal(signal.SIGALRM, lambda *_: bell.ring())
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    try:
        for _ in range(2000):
            bell.wait(LONG)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
