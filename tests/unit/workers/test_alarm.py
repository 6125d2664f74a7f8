"""The soft time limit."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from shared.errors import TaskTimeout
from workers.alarm import alarm, held_off


def test_it_rings_in_a_block_that_takes_too_long() -> None:
    begun = time.monotonic()
    with pytest.raises(TaskTimeout) as caught, alarm(0.05, 60):
        time.sleep(5)
    assert time.monotonic() - begun < 2
    assert caught.value.code == "TIMEOUT"


def test_it_interrupts_a_busy_block() -> None:
    def spin() -> None:
        while True:
            pass

    with pytest.raises(TaskTimeout), alarm(0.05, 60):
        spin()


def test_it_stays_silent_once_the_block_is_over() -> None:
    with alarm(0.05, 60):
        pass
    time.sleep(0.1)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_it_leaves_nothing_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(ZeroDivisionError), alarm(5, 60):
        _ = 1 / 0
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_outside_of_the_main_thread_the_block_runs_without_it() -> None:
    ran = threading.Event()

    def block() -> None:
        with alarm(0.01, 60):
            time.sleep(0.05)
            ran.set()

    thread = threading.Thread(target=block)
    thread.start()
    thread.join(5)
    assert ran.is_set()


@pytest.mark.parametrize("threads", [0, 1])
def test_held_off_it_waits_for_the_end_of_the_block_whatever_threads_there_are(
    threads: int,
) -> None:
    over = threading.Event()
    for _ in range(threads):
        threading.Thread(target=over.wait, daemon=True).start()
    steps = []

    def handler() -> None:
        with held_off():
            end = time.monotonic() + 0.15
            while time.monotonic() < end:
                pass
            steps.append("the block ended")
        steps.append("the handler went on")

    with pytest.raises(TaskTimeout), alarm(0.05, 60):
        handler()
    over.set()
    assert steps == ["the block ended"]


def test_what_rang_while_held_off_is_not_lost_when_the_block_breaks() -> None:
    def handler() -> None:
        with held_off():
            time.sleep(0.15)
            raise ZeroDivisionError

    with pytest.raises(TaskTimeout), alarm(0.05, 60):
        handler()
