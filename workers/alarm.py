"""The soft time limit: an exception in the handler when its time is over.

By SIGALRM, so only in a process's main thread, where Celery's prefork and solo pools run tasks;
elsewhere there is just the hard limit. Native code is not interrupted: then, too, the hard limit
ends it, from the parent.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from shared.errors import TaskTimeout


class _Hold:
    """Whether the main thread may not be interrupted just now, and what it missed meanwhile."""

    is_on = False
    missed: TaskTimeout | None = None


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise `TaskTimeout` in the block when it takes longer than ``seconds``."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        if not _Hold.is_on:
            raise TaskTimeout(seconds)
        _Hold.missed = TaskTimeout(seconds)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def held_off() -> Iterator[None]:
    """Let a time limit wait for the end of the block, which must be short: a query, say.

    Blocking the signal would not do: where there are other threads the kernel gives it to one of
    them, and the interpreter runs the handler in the main thread all the same.
    """
    if _Hold.is_on or threading.current_thread() is not threading.main_thread():
        yield
        return
    _Hold.is_on = True
    try:
        yield
    finally:
        _Hold.is_on = False
        missed, _Hold.missed = _Hold.missed, None
        if missed is not None:
            raise missed
