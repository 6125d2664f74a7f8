"""Memos go when their time is over."""

from __future__ import annotations

from sqlalchemy import delete, select

from shared.db import Transaction
from shared.idempotency.memo import memos

PURGE_AT_ONCE = 1000


def purge_memos(tx: Transaction) -> int:
    """Remove up to `PURGE_AT_ONCE` memos whose time is over and that nobody works on; how many."""
    over = select(memos.c.number).where(
        memos.c.expires_at <= tx.now, memos.c.leased_until <= tx.now
    )
    batch = over.order_by(memos.c.expires_at).limit(PURGE_AT_ONCE)
    numbers = [row.number for row in tx.rows(batch.with_for_update(skip_locked=True))]
    return tx.execute(delete(memos).where(memos.c.number.in_(numbers))).rowcount if numbers else 0
