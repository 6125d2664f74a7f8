"""Chunks: the pieces of a document's text that search compares questions with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from shared.columns import Id, Moment, Number
from shared.db import Transaction, metadata
from shared.rows import ROWS, encode_rows, row_set

ASKED_AT_ONCE = 500

chunks = Table(
    "chunks",
    metadata,
    Column("number", Number, Identity(), primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("folder_id", Id, nullable=False),
    Column("document_id", Id, nullable=False),
    Column("position", Integer, nullable=False),
    Column("page_number", Integer),
    Column("text", Text, nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("model", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""A document that lies in two folders has its chunks twice: each folder has a chunk size of its
own. ``vector`` holds little-endian float32 of length 1; it never changes, nor does the text."""

Index("ix_chunks_place", chunks.c.folder_id, chunks.c.document_id, chunks.c.position, unique=True)
Index("ix_chunks_search", chunks.c.folder_id, chunks.c.model, chunks.c.number)
Index("ix_chunks_text", chunks.c.folder_id, chunks.c.text_hash)

embedded_documents = Table(
    "embedded_documents",
    metadata,
    Column("folder_id", Id, primary_key=True),
    Column("document_id", Id, primary_key=True),
    Column("text_sha256", String(64), nullable=False),
    Column("chunk_size", Integer, nullable=False),
    Column("model", Text, nullable=False),
    Column("chunk_count", Integer, nullable=False),
    Column("embedded_at", Moment, nullable=False),
)
"""Which text of a document is completely chunked and embedded in a folder, and how."""


def chunks_of(tx: Transaction, folder_id: str, document_id: str) -> Sequence[Row[Any]]:
    """What the folder has of the document, in order, without texts and vectors."""
    query = select(
        chunks.c.number, chunks.c.position, chunks.c.page_number, chunks.c.text_hash, chunks.c.model
    )
    place = (chunks.c.folder_id == folder_id, chunks.c.document_id == document_id)
    return tx.rows(query.where(*place).order_by(chunks.c.position))


def known_vectors(
    tx: Transaction, folder_id: str, model: str, hashes: Collection[str]
) -> dict[str, bytes]:
    """The vectors that ``model`` made in the folder for texts with these hashes."""
    found: dict[str, bytes] = {}
    rest = iter(hashes)
    query = select(chunks.c.text_hash, chunks.c.vector)
    place = (chunks.c.folder_id == folder_id, chunks.c.model == model)
    while some := list(islice(rest, ASKED_AT_ONCE)):
        rows = tx.rows(query.where(*place, chunks.c.text_hash.in_(some)))
        found.update((row.text_hash, bytes(row.vector)) for row in rows)
    return found


def add_chunks(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert ``rows``; what is at the same place already stays."""
    insert = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    if rows:
        tx.execute(insert(chunks).on_conflict_do_nothing(), list(rows))


def drop_chunks(tx: Transaction, numbers: Iterable[int]) -> None:
    """Remove the chunks with these numbers."""
    given = row_set(tx.dialect, [chunks.c.number])
    gone = delete(chunks).where(chunks.c.number.in_(select(given.c.number)))
    tx.execute(gone, {ROWS: encode_rows({"number": number} for number in numbers)})


def move_chunks(tx: Transaction, moves: Collection[Mapping[str, Any]]) -> None:
    """Give chunks (``number``) of one document other places: ``position``, ``page_number``.

    In two steps, by way of positions that nobody has: each place holds one chunk at any time.
    """
    if not moves:
        return
    rows = {ROWS: encode_rows(moves)}
    columns = (chunks.c.number, chunks.c.position, chunks.c.page_number)
    given = row_set(tx.dialect, columns)
    moved = update(chunks).where(chunks.c.number == given.c.number)
    tx.execute(moved.values(position=-1 - given.c.position), rows)
    tx.execute(moved.values(position=given.c.position, page_number=given.c.page_number), rows)


def mark_embedded(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Note that all of a document's text is embedded in a folder: ``row`` without its time."""
    place = [
        embedded_documents.c[name] == bindparam(f"old_{name}")
        for name in ("folder_id", "document_id")
    ]
    old = {f"old_{name}": row[name] for name in ("folder_id", "document_id")}
    tx.execute(delete(embedded_documents).where(*place), old)
    tx.execute(embedded_documents.insert().values(**row, embedded_at=tx.now))
