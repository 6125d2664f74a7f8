"""Each stream holds a thread of the gateway, of a number that is kept for streams alone."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from time import monotonic

from api.failure import Kind, Rejected

PATIENCE_SECONDS = 2.0
POKE_SECONDS = 0.3
"""How often streams are poked while somebody waits for a seat."""
RETRY_SECONDS = 5
MOST_WAITING = 4
"""Who waits holds a thread of ordinary requests: the others are sent away at once."""


class StreamSeats:
    """So many streams may be open at once, half of them of one account.

    That a caller has gone is noticed when something is sent: so when no seat is free, every
    stream is poked, and those that lead nowhere become free.
    """

    def __init__(
        self, count: int, poke: Callable[[], None], patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self.most_of_account = (count + 1) // 2
        self.free = count
        """Seats that nobody has."""
        self._held: Counter[str] = Counter()
        self._changed = threading.Condition(threading.Lock())
        self._poke = poke
        self._patience_seconds = patience_seconds
        self._poking = threading.Lock()
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)

    def take(self, account_id: str) -> None:
        """Take a seat for the account, waiting a while; with ``Retry-After``, 429 where it has as
        many as it may have, and 503 where none is free."""
        if self._sit_down(account_id, 0.0):
            return
        if not self._waiting.acquire(blocking=False):
            raise self._refusal(account_id)
        try:
            end = monotonic() + self._patience_seconds
            while (left := end - monotonic()) > 0:
                if self._wait(account_id, min(left, POKE_SECONDS)):
                    return
        finally:
            self._waiting.release()
        raise self._refusal(account_id)

    def leave(self, account_id: str) -> None:
        """Give a seat of the account back."""
        with self._changed:
            self.free += 1
            self._held[account_id] -= 1
            if not self._held[account_id]:
                del self._held[account_id]
            self._changed.notify_all()

    def _sit_down(self, account_id: str, seconds: float) -> bool:
        """Take a seat, where one is free by then."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._is_free_for(account_id), seconds):
                return False
            self.free -= 1
            self._held[account_id] += 1
            return True

    def _is_free_for(self, account_id: str) -> bool:
        return self.free > 0 and self._held[account_id] < self.most_of_account

    def _wait(self, account_id: str, seconds: float) -> bool:
        """Wait for a seat, while one of those who wait pokes for all."""
        if self._poking.acquire(blocking=False):
            try:
                self._poke()
                return self._sit_down(account_id, seconds)
            finally:
                self._poking.release()
        return self._sit_down(account_id, seconds)

    def _refusal(self, account_id: str) -> Rejected:
        retry = {"Retry-After": str(RETRY_SECONDS)}
        if self._held[account_id] < self.most_of_account:
            detail = "Too many streams are open at the moment; try again."
            return Rejected(Kind.UNAVAILABLE, detail, headers=retry)
        detail = (
            f"Your account has {self.most_of_account} streams open, as many as one account may "
            "have; close one, or try again later."
        )
        return Rejected(Kind.RATE_LIMITED, detail, headers=retry)
