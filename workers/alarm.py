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


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise `TaskTimeout` in the block when it takes longer than ``seconds``."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TaskTimeout(seconds)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def held_off() -> Iterator[None]:
    """Let a time limit wait for the end of the block, which must be short: a query, say."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
