"""Uploads hold a thread of the gateway each, for as long as their callers take to send them.

So they may hold half of the threads, and the others go on answering.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from api.failure import Kind, Rejected

PATIENCE_SECONDS = 2.0
"""How long an upload waits for a seat: small ones take turns within that."""
RETRY_SECONDS = 5


class UploadSeats:
    """So many uploads may come in at once."""

    def __init__(self, count: int, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._free = threading.BoundedSemaphore(max(1, count))
        self._patience_seconds = patience_seconds

    @contextmanager
    def seat(self) -> Iterator[None]:
        """Hold a seat; 503 with ``Retry-After`` where none becomes free in time."""
        if not self._free.acquire(timeout=self._patience_seconds):
            raise Rejected(
                Kind.UNAVAILABLE,
                "Too many uploads come in at the moment; try again.",
                headers={"Retry-After": str(RETRY_SECONDS)},
            )
        try:
            yield
        finally:
            self._free.release()
