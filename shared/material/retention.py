"""The rows of what was deleted long ago go for good; which content was used for whom stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from shared.db import Transaction
from shared.material.material import materials

PURGE_AT_ONCE = 500


def purge_deleted(tx: Transaction, retention_days: int) -> int:
    """Remove up to `PURGE_AT_ONCE` rows that were deleted before then; how many went."""
    over = tx.now - timedelta(days=retention_days)
    query = select(materials.c.id).where(materials.c.deleted_at < over).limit(PURGE_AT_ONCE)
    ids = [row.id for row in tx.rows(query.with_for_update(skip_locked=True))]
    if not ids:
        return 0
    return tx.execute(delete(materials).where(materials.c.id.in_(ids))).rowcount
