"""Remove what is kept for a time only, once that is over: final tasks with their transitions,
answers and parents, firings of schedules, deliveries of notices, the rows of deleted documents,
folders, material, schedules and webhooks, and memos of requests."""

from __future__ import annotations

from functools import partial

from shared.documents.retention import purge_deleted
from shared.idempotency.retention import purge_memos
from shared.material.retention import purge_deleted as purge_deleted_material
from shared.notices.retention import give_up_hopeless, purge_deliveries
from shared.schedules.retention import purge_firings
from shared.tasks import retention
from shared.yard import Yard


def purge_expired(yard: Yard) -> int:
    """Remove up to one batch of each; how many rows went."""
    days = yard.settings.retention_days
    purges = (
        retention.purge,
        purge_deleted,
        purge_deleted_material,
        purge_firings,
        purge_deliveries,
    )
    gone = sum(yard.store.transact(partial(purge, retention_days=days)) for purge in purges)
    return gone + yard.store.transact(purge_memos)


def fold_counts(yard: Yard) -> int:
    """Sum up the counters' deltas; how many rows less there are."""
    return yard.store.transact(retention.fold_counts)


def give_up_notices(yard: Yard) -> int:
    """Give up notices that waited too long for endpoints that fail; how many."""
    return yard.store.transact(give_up_hopeless)
