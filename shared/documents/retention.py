"""The rows of what was deleted long ago go for good."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from shared.db import Transaction
from shared.documents.document import documents, folder_files
from shared.documents.folder import folders

PURGE_AT_ONCE = 500


def purge_deleted(tx: Transaction, retention_days: int) -> int:
    """Remove up to `PURGE_AT_ONCE` documents and folders that were deleted before then."""
    over = tx.now - timedelta(days=retention_days)
    gone = 0
    for table, place in (
        (documents, folder_files.c.document_id),
        (folders, folder_files.c.folder_id),
    ):
        query = select(table.c.id).where(table.c.deleted_at < over).limit(PURGE_AT_ONCE)
        ids = [row.id for row in tx.rows(query.with_for_update(skip_locked=True))]
        if ids:
            tx.execute(delete(folder_files).where(place.in_(ids)))
            gone += tx.execute(delete(table).where(table.c.id.in_(ids))).rowcount
    return gone
