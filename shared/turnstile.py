"""A lock that threads get in the order in which they came.

`threading.Lock` lets whoever asks first after a release have it, which is mostly the thread that
has just released it: one that waits beside a busy one may wait very long.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class TurnTimeout(Exception):
    """The turn did not come in time."""

    is_overdue = True


class Turnstile:
    """One thread at a time, first come, first served; not reentrant."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Wait for one's turn, at most ``seconds``; raises `TurnTimeout`."""
        self._enter(seconds)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, seconds: float) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            called = threading.Event()
            self._waiting.append(called)
        if called.wait(seconds):
            return
        with self._lock:
            if called in self._waiting:
                self._waiting.remove(called)
                raise TurnTimeout(f"no turn within {seconds:g} s")
        # called in the very moment in which the patience ended: it is our turn after all

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
