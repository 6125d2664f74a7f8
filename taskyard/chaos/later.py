"""What is to be done a little later: by threads of its own, in order of time."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from itertools import count

THREADS = 3
"""More than one: a request to a gateway that hangs must not hold up all others."""


class Later:
    """Does what it is given when its time has come; `finish` waits for the last of it."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._changed = threading.Condition()
        self._is_over = False
        self._threads = [
            threading.Thread(target=self._work, name=f"later-{n}", daemon=True)
            for n in range(THREADS)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, seconds: float, work: Callable[[], None]) -> None:
        """Have ``work`` done in ``seconds``."""
        with self._changed:
            entry = (time.monotonic() + seconds, next(self._numbers), work)
            heapq.heappush(self._heap, entry)
            self._changed.notify()

    def finish(self, seconds: float) -> None:
        """Return when everything is done, after ``seconds`` at the latest."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(timeout=max(0.0, end - time.monotonic()))

    def _work(self) -> None:
        while (work := self._take()) is not None:
            work()

    def _take(self) -> Callable[[], None] | None:
        with self._changed:
            while True:
                now = time.monotonic()
                if self._heap and self._heap[0][0] <= now:
                    return heapq.heappop(self._heap)[2]
                if self._is_over and not self._heap:
                    return None
                self._changed.wait(self._heap[0][0] - now if self._heap else None)
