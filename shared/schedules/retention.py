"""Old firings go, and the rows of schedules that were deleted long ago."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, exists, select

from shared.db import Transaction
from shared.schedules.firing import firings
from shared.schedules.schedule import schedules

PURGE_AT_ONCE = 500


def purge_firings(tx: Transaction, retention_days: int) -> int:
    """Remove up to `PURGE_AT_ONCE` firings older than that, and of schedules; how many went."""
    over = tx.now - timedelta(days=retention_days)
    old = select(firings.c.number).where(firings.c.fired_at < over)
    old = old.order_by(firings.c.fired_at).limit(PURGE_AT_ONCE).with_for_update(skip_locked=True)
    numbers = [row.number for row in tx.rows(old)]
    if numbers:
        tx.execute(delete(firings).where(firings.c.number.in_(numbers)))
    is_empty = ~exists().where(firings.c.schedule_id == schedules.c.id)
    gone = select(schedules.c.number).where(schedules.c.deleted_at < over, is_empty)
    gone = gone.limit(PURGE_AT_ONCE).with_for_update(skip_locked=True)
    empty = [row.number for row in tx.rows(gone)]
    if empty:
        tx.execute(delete(schedules).where(schedules.c.number.in_(empty)))
    return len(numbers) + len(empty)
