"""How many words the documents of folders have."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from shared.db import Transaction
from shared.documents.document import documents, folder_files


def words_in(tx: Transaction, folder_ids: Collection[str]) -> dict[str, int]:
    """The words of all documents of each folder, as far as they are read; none is left out."""
    inside = folder_files.c.document_id == documents.c.id
    query = (
        select(folder_files.c.folder_id, func.sum(documents.c.word_count).label("words"))
        .join(documents, inside)
        .where(folder_files.c.folder_id.in_(folder_ids))
        .group_by(folder_files.c.folder_id)
    )
    words = {row.folder_id: int(row.words or 0) for row in tx.rows(query)}
    return {folder_id: words.get(folder_id, 0) for folder_id in folder_ids}
