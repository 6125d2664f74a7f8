"""Which documents of a folder are not (or not as they should be) embedded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from shared.db import Transaction
from shared.documents.chunk import embedded_documents
from shared.documents.document import documents, folder_files
from shared.documents.folder import Folder


@dataclass(frozen=True, slots=True)
class Outdated:
    """A document whose text is to be embedded.

    ``added_at`` is when it was put into the folder: one that is taken out and put back loses its
    chunks on the way, and is another then.
    """

    document_id: str
    text_sha256: str
    word_count: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """What of a folder is embedded as it should be."""

    files: int
    chunks: int


def outdated(tx: Transaction, folder: Folder, model: str) -> Sequence[Outdated]:
    """The documents to be embedded, oldest first."""
    query = _read_documents(folder).where(
        or_(embedded_documents.c.model.is_(None), ~_is_current(folder, model))
    )
    columns = (
        documents.c.id,
        documents.c.text_sha256,
        documents.c.word_count,
        folder_files.c.added_at,
    )
    rows = tx.rows(query.with_only_columns(*columns).order_by(documents.c.number))
    return [Outdated(row.id, row.text_sha256, row.word_count or 0, row.added_at) for row in rows]


def totals(tx: Transaction, folder: Folder, model: str) -> Totals:
    """How much is embedded."""
    counted = (
        func.count().label("files"),
        func.coalesce(func.sum(embedded_documents.c.chunk_count), 0).label("chunks"),
    )
    query = _read_documents(folder).where(_is_current(folder, model))
    row = tx.rows(query.with_only_columns(*counted))[0]
    return Totals(int(row.files), int(row.chunks))


def _read_documents(folder: Folder) -> Select[Any]:
    """The folder's documents that have a text, with what is noted of them."""
    inside = folder_files.c.document_id == documents.c.id
    noted = and_(
        embedded_documents.c.folder_id == folder_files.c.folder_id,
        embedded_documents.c.document_id == folder_files.c.document_id,
    )
    return (
        select(documents.c.id)
        .join(folder_files, inside)
        .outerjoin(embedded_documents, noted)
        .where(
            folder_files.c.folder_id == folder.id,
            documents.c.account_id == folder.account_id,
            documents.c.deleted_at.is_(None),
            documents.c.text_sha256.is_not(None),
        )
    )


def _is_current(folder: Folder, model: str) -> ColumnElement[bool]:
    return and_(
        embedded_documents.c.text_sha256 == documents.c.text_sha256,
        embedded_documents.c.chunk_size == folder.chunk_size,
        embedded_documents.c.model == model,
    )
