"""Each stream holds a thread of the gateway, of a number that is kept for streams alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from api.failure import Kind, Rejected

PATIENCE_SECONDS = 2.0
POKE_SECONDS = 0.3
"""How often streams are poked while somebody waits for a seat."""
RETRY_SECONDS = 5


class StreamSeats:
    """So many streams may be open at once.

    That a caller has gone is noticed when something is sent: so when all seats are taken, every
    stream is poked, and those that lead nowhere become free.
    """

    def __init__(
        self, count: int, poke: Callable[[], None], patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._free = threading.Semaphore(count)
        self._poke = poke
        self._patience_seconds = patience_seconds
        self._poking = threading.Lock()

    def take(self) -> None:
        """Take a seat; 503 with ``Retry-After`` where none becomes free in time."""
        end = monotonic() + self._patience_seconds
        while not self._free.acquire(blocking=False):
            left = end - monotonic()
            if left <= 0:
                raise Rejected(
                    Kind.UNAVAILABLE,
                    "Too many streams are open at the moment; try again.",
                    headers={"Retry-After": str(RETRY_SECONDS)},
                )
            if self._wait(min(left, POKE_SECONDS)):
                return

    def leave(self) -> None:
        """Give the seat back."""
        self._free.release()

    def _wait(self, seconds: float) -> bool:
        """Wait for a seat, while one of those who wait pokes for all."""
        if self._poking.acquire(blocking=False):
            try:
                self._poke()
                return self._free.acquire(timeout=seconds)
            finally:
                self._poking.release()
        return self._free.acquire(timeout=seconds)
