"""Vectors in pgvector, where the PostgreSQL has it (0.7 or later), beside those of the chunks.

The table lies in a schema of its own, so that the yard's tables are the same everywhere. Numbers
of 16 bits halve what a search has to read; it takes some candidates more and compares them by
their whole vectors afterwards, so nothing is lost. A folder is searched in full: an index of near
neighbours (HNSW) knows no folders, and misses those of a small one among many others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from shared.db import Transaction
from shared.documents.chunk import chunks
from shared.rows import ROWS, encode_rows

if TYPE_CHECKING:
    from shared.vectors.embedder import Vectors

TABLE = "taskyard_vectors.chunk_vectors"
FILLED_AT_ONCE = 1000
MAKE = f"""
    CREATE EXTENSION IF NOT EXISTS vector;
    CREATE SCHEMA IF NOT EXISTS taskyard_vectors;
    CREATE TABLE {TABLE} (
        number bigint PRIMARY KEY REFERENCES chunks (number) ON DELETE CASCADE,
        folder_id uuid NOT NULL,
        space text NOT NULL,
        embedding halfvec NOT NULL
    );
    ALTER TABLE {TABLE} ALTER embedding SET STORAGE MAIN;
    CREATE INDEX ix_chunk_vectors_space ON {TABLE} (folder_id, space);
"""
"""Storage MAIN keeps a vector in its row, whatever its length: a search reads them all."""
IS_THERE = text("SELECT to_regclass(:name) IS NOT NULL")
NEAREST = text(
    f"SELECT number FROM {TABLE} WHERE folder_id = :folder_id AND space = :space"  # noqa: S608
    " ORDER BY embedding <#> CAST(:vector AS halfvec) LIMIT :count"
)
ADD = text(
    f"INSERT INTO {TABLE} (number, folder_id, space, embedding)"  # noqa: S608 - a constant
    " SELECT chunks.number, chunks.folder_id, given.space, CAST(given.vector AS halfvec)"
    f" FROM json_to_recordset(CAST(:{ROWS} AS json)) AS given"
    " (folder_id uuid, document_id uuid, position integer, space text, vector text)"
    " JOIN chunks USING (folder_id, document_id, position)"
    " ON CONFLICT DO NOTHING"
)


def is_there(tx: Transaction) -> bool:
    """Whether this store keeps vectors in pgvector."""
    if tx.dialect != "postgresql":
        return False
    return bool(tx.execute(IS_THERE, {"name": TABLE}).scalar_one())


def prepare(tx: Transaction) -> bool:
    """Make the table where that is possible and it is not there, with what chunks there are.

    Whether it is there afterwards: the extension may be missing, too old, or not ours to create.
    """
    if tx.dialect != "postgresql" or is_there(tx):
        return tx.dialect == "postgresql"
    if not _make(tx.connection):
        return False
    for rows in _batches(tx):
        add(tx, rows)
    return True


def add(tx: Transaction, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add the vectors of chunks (rows of theirs, just written) where the table is there."""
    listed = [
        {
            "folder_id": row["folder_id"],
            "document_id": row["document_id"],
            "position": row["position"],
            "space": space(row["model"], len(row["vector"]) // 4),
            "vector": _as_text(row["vector"]),
        }
        for row in rows
    ]
    if listed and is_there(tx):
        tx.execute(ADD, {ROWS: encode_rows(listed)})


def nearest(
    tx: Transaction, folder_id: str, model: str, question: Vectors, count: int
) -> list[int]:
    """The numbers of the ``count`` chunks of the folder that are nearest to ``question``."""
    given = {
        "folder_id": folder_id,
        "space": space(model, len(question)),
        "vector": _as_text(question.tobytes()),
        "count": count,
    }
    return [row.number for row in tx.rows(NEAREST, given)]


def space(model: str, dimensions: int) -> str:
    """What two vectors must have in common to be compared."""
    return f"{model}/{dimensions}"


def _make(connection: Connection) -> bool:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(MAKE)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        return False
    return True


def _as_text(vector: bytes) -> str:
    import numpy

    return str(numpy.frombuffer(vector, "<f4").tolist())


def _batches(tx: Transaction) -> Iterator[list[dict[str, Any]]]:
    """All chunks, some at a time."""
    names = ("number", "folder_id", "document_id", "position", "model", "vector")
    query = select(*(chunks.c[name] for name in names)).order_by(chunks.c.number)
    after = 0
    while rows := tx.rows(query.where(chunks.c.number > after).limit(FILLED_AT_ONCE)):
        yield [dict(row._mapping) for row in rows]
        after = rows[-1].number
