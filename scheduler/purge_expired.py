"""Remove what is kept for a time only, once that is over: final tasks with their transitions,
answers and parents, and the rows of deleted documents and folders."""

from __future__ import annotations

from shared.documents.retention import purge_deleted
from shared.tasks import retention
from shared.yard import Yard


def purge_expired(yard: Yard) -> int:
    """Remove up to one batch of each; how many rows went."""
    days = yard.settings.retention_days
    tasks = yard.store.transact(lambda tx: retention.purge(tx, days))
    return tasks + yard.store.transact(lambda tx: purge_deleted(tx, days))


def fold_counts(yard: Yard) -> int:
    """Sum up the counters' deltas; how many rows less there are."""
    return yard.store.transact(retention.fold_counts)
