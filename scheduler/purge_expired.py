"""Remove final tasks whose retention is over, with their transitions, answers and parents."""

from __future__ import annotations

from shared.tasks import retention
from shared.yard import Yard


def purge_expired(yard: Yard) -> int:
    """Remove up to one batch; how many tasks went."""
    days = yard.settings.retention_days
    return yard.store.transact(lambda tx: retention.purge(tx, days))


def fold_counts(yard: Yard) -> int:
    """Sum up the counters' deltas; how many rows less there are."""
    return yard.store.transact(retention.fold_counts)
