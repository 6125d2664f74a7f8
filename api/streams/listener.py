"""One stream's place in the hub: what is to be sent to it, up to a bound."""

from __future__ import annotations

import threading
from collections import deque

from api.streams.wanted import Beginning, Wanted

MOST_BYTES = 1 << 20
"""What may wait for a reader; one who is slower is cut off, and asks for the rest."""


class Listener:
    """Takes from the hub, gives to the thread that serves the stream."""

    def __init__(self, wanted: Wanted, beginning: Beginning, most_bytes: int = MOST_BYTES) -> None:
        self.wanted = wanted
        self.beginning = beginning
        self._most_bytes = most_bytes
        self._news = threading.Condition(threading.Lock())
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._is_poked = False
        self.is_over = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits to be taken, nor was dropped at the end."""
        return not self._waiting and not self.is_over

    def forget_late(self) -> None:
        """Everything up to its beginning was told: none of the numbers missing then can come."""
        if self.beginning.late:
            self.beginning = Beginning(self.beginning.number)

    def put(self, frames: bytes) -> None:
        """Let ``frames`` be sent; where too much waits already, end instead."""
        with self._news:
            if self.is_over:
                return
            if self._size + len(frames) > self._most_bytes and self._waiting:
                self._end()
                return
            self._waiting.append(frames)
            self._size += len(frames)
            self._news.notify()

    def take(self, seconds: float) -> bytes | None:
        """What waits, all at once; nothing after ``seconds`` or a poke; None when it is over."""
        with self._news:
            if not (self._waiting or self.is_over or self._is_poked):
                self._news.wait(seconds)
            self._is_poked = False
            if self.is_over:
                return None
            taken = b"".join(self._waiting) if len(self._waiting) != 1 else self._waiting[0]
            self._waiting.clear()
            self._size = 0
            return taken

    def poke(self) -> None:
        """Have it give a sign of life at once: so it is noticed that the caller has gone."""
        with self._news:
            self._is_poked = True
            self._news.notify()

    def end(self) -> None:
        """Nothing more is sent."""
        with self._news:
            self._end()

    def _end(self) -> None:
        self.is_over = True
        self._waiting.clear()
        self._size = 0
        self._news.notify()
