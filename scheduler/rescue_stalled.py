"""Take back what its holder no longer holds, and send again what the broker lost."""

from __future__ import annotations

import logging
from datetime import datetime

from scheduler.gap import GapWatch
from shared.clock import Clock, SystemClock
from shared.db import Transaction
from shared.errors import Unavailable
from shared.tasks import dispatch, leases
from shared.yard import Yard

log = logging.getLogger(__name__)
GAP_OF_LEASE = 0.5
"""A pause of this chore longer than such a part of a lease means that leases could not be extended
either; one much shorter would be its own period."""


class RescueStalled:
    """Rescues lapsed leases; after a gap, everybody who holds one gets a full lease first.

    A gap is what `GapWatch` sees, or that the store takes nothing in.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._gaps = GapWatch(clock or SystemClock())
        self._is_after_gap = False

    def __call__(self, yard: Yard) -> int:
        """Rescue up to one batch; how many rows moved."""
        self._look_for_gap(yard)
        if self._is_after_gap:
            seconds = yard.settings.lease_seconds
            renewed = yard.store.transact(lambda tx: leases.renew_all(tx, seconds))
            self._is_after_gap = False
            log.info("nobody could extend a lease for a while: renewed %d", renewed)
            return 0
        try:
            return dispatch.rescue(yard)
        except Unavailable:
            self._is_after_gap = True
            raise

    def _look_for_gap(self, yard: Yard) -> None:
        at = yard.store.transact(_touch)
        if self._gaps.gap_seconds(at) > yard.settings.lease_seconds * GAP_OF_LEASE:
            self._is_after_gap = True


def _touch(tx: Transaction) -> datetime:
    """The store's time, once leases can be written."""
    leases.prolong_one(tx)
    return tx.now


def send_lost(yard: Yard) -> int:
    """Send queued tasks again that should have been started by now; how many."""
    return dispatch.send_lost(yard)
