"""Time limits of a handler: an exception when its time is over, and later the process's end.

The soft one comes by SIGALRM, so only in a process's main thread, where Celery's prefork and solo
pools run tasks; elsewhere there are no limits. Native code is not interrupted: there the hard one
ends the process from a thread that needs no interpreter, leaving every thread's traceback in the
log. Both run only while the handler does: waiting for the store is nobody's overtime.
"""

from __future__ import annotations

import faulthandler
import signal
import sys
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
def alarm(seconds: float, hard_seconds: float) -> Iterator[None]:
    """Raise `TaskTimeout` in the block after ``seconds``; end the process after the hard ones."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        if not _Hold.is_on:
            raise TaskTimeout(seconds)
        _Hold.missed = TaskTimeout(seconds)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    faulthandler.dump_traceback_later(hard_seconds, exit=True, file=sys.__stderr__ or 2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
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
