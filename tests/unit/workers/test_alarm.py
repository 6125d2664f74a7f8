"""The soft time limit."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from shared.errors import TaskTimeout
from workers.alarm import alarm


def test_it_rings_in_a_block_that_takes_too_long() -> None:
    begun = time.monotonic()
    with pytest.raises(TaskTimeout) as caught, alarm(0.05):
        time.sleep(5)
    assert time.monotonic() - begun < 2
    assert caught.value.code == "TIMEOUT"


def test_it_interrupts_a_busy_block() -> None:
    def spin() -> None:
        while True:
            pass

    with pytest.raises(TaskTimeout), alarm(0.05):
        spin()


def test_it_stays_silent_once_the_block_is_over() -> None:
    with alarm(0.05):
        pass
    time.sleep(0.1)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_it_leaves_nothing_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(ZeroDivisionError), alarm(5):
        _ = 1 / 0
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_outside_of_the_main_thread_the_block_runs_without_it() -> None:
    ran = threading.Event()

    def block() -> None:
        with alarm(0.01):
            time.sleep(0.05)
            ran.set()

    thread = threading.Thread(target=block)
    thread.start()
    thread.join(5)
    assert ran.is_set()
