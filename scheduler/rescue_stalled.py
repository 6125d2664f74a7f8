"""Take back what its holder no longer holds, and send again what the broker lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import literal, select

from shared.clock import Clock, SystemClock
from shared.db import Transaction
from shared.tasks import dispatch
from shared.yard import Yard

GAP_OF_LEASE = 0.5
"""A pause of this chore longer than such a part of a lease means that leases could not be extended
either; one much shorter would be its own period."""


class RescueStalled:
    """Rescues lapsed leases; after a gap of the store or of its own it waits one full lease.

    A gap shows on this process's clock (it stood still, or the store did not answer) or on the
    store's (the whole machine slept, or its time was set).
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._last: tuple[float, datetime] | None = None
        self._waits_until = float("-inf")

    def __call__(self, yard: Yard) -> int:
        """Rescue up to one batch; how many rows moved."""
        at = yard.store.transact(_touch)
        now = self._clock.monotonic()
        if self._gap_seconds(now, at) > yard.settings.lease_seconds * GAP_OF_LEASE:
            self._waits_until = now + yard.settings.lease_seconds
        self._last = (now, at)
        return dispatch.rescue(yard) if now >= self._waits_until else 0

    def _gap_seconds(self, now: float, at: datetime) -> float:
        if self._last is None:
            return 0.0
        return max(now - self._last[0], (at - self._last[1]).total_seconds())


def _touch(tx: Transaction) -> datetime:
    """The store's time, once it lets somebody write."""
    tx.execute(select(literal(1)))
    return tx.now


def send_lost(yard: Yard) -> int:
    """Send queued tasks again that should have been started by now; how many."""
    return dispatch.send_lost(yard)
