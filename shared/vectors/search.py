"""Searching in a folder: its chunks that say most nearly what a question asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func, select

from shared.db import Store, Transaction
from shared.documents.chunk import chunks
from shared.documents.document import documents, folder_files
from shared.documents.folder import folders
from shared.settings import Settings
from shared.vectors import pgvector
from shared.vectors.choice import choose_embedder
from shared.vectors.embedder import LONGEST_QUESTION, Embedder, EmbedderFailed

if TYPE_CHECKING:
    from shared.vectors.embedder import Vectors
    from shared.vectors.matrices import Matrices

NEEDS = "This server cannot search: pip install 'taskyard[documents]'."
MORE = 2
SOME = 20
"""How many more candidates are compared than are wanted: near neighbours were found by numbers
of 16 bits, and some may have been deleted a moment ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A chunk that answers a question; ``score`` is the cosine of the two, at most 1."""

    document_id: str
    title: str
    page_number: int | None
    text: str
    score: float


class Searcher:
    """Searches for one process: it loads the model once, and keeps vectors in memory.

    Any number of threads may use it. It loads nothing before the first search.
    """

    def __init__(self, store: Store, settings: Settings, embedder: Embedder | None = None) -> None:
        self._store = store
        self._embedder = embedder or choose_embedder(settings, threads=1)

    @cached_property
    def _matrices(self) -> Matrices:
        from shared.vectors.matrices import Matrices

        return Matrices()

    def search(self, folder_id: str, question: str, limit: int) -> list[Found]:
        """The ``limit`` chunks of the folder's documents nearest to ``question``, best first.

        `EmbedderFailed` where there are no vectors to be had, `Unavailable` where the store does
        not answer. The caller has seen to it that the folder may be searched.
        """
        if not question.strip():
            return []
        try:
            vector = self._embedder.query(question[:LONGEST_QUESTION])
        except ImportError as error:
            raise EmbedderFailed(NEEDS, retryable=False) from error
        with self._store.read() as tx:
            numbers = self._candidates(tx, folder_id, vector, limit)
            rows = _by_score(_read(tx, numbers), vector)
            titles = _titles(tx, folder_id, {row.document_id for _, row in rows})
        found = [_found(score, row, titles) for score, row in rows if row.document_id in titles]
        return found[:limit]

    def _candidates(
        self, tx: Transaction, folder_id: str, vector: Vectors, limit: int
    ) -> list[int]:
        count, model = limit * MORE + SOME, self._embedder.model
        if pgvector.is_there(tx):
            return pgvector.nearest(tx, folder_id, model, vector, count)
        near = self._matrices.nearest(tx, folder_id, model, vector, count)
        return [number for number, _score in near]


def _read(tx: Transaction, numbers: Collection[int]) -> Sequence[Row[Any]]:
    """The chunks with these numbers that are still there."""
    columns = ("document_id", "page_number", "text", "vector")
    query = select(*(chunks.c[name] for name in columns)).where(chunks.c.number.in_(numbers))
    return tx.rows(query.order_by(chunks.c.number)) if numbers else []


def _by_score(rows: Sequence[Row[Any]], question: Vectors) -> list[tuple[float, Row[Any]]]:
    """``rows`` by how near they are to ``question``, nearest first."""
    import numpy

    scores = [float(numpy.frombuffer(row.vector, "<f4") @ question) for row in rows]
    return sorted(zip(scores, rows, strict=True), key=lambda one: -one[0])


def _titles(tx: Transaction, folder_id: str, document_ids: Collection[str]) -> dict[str, str]:
    """Titles or names of those documents that lie in the folder at this very moment."""
    title = func.coalesce(documents.c.title, documents.c.name).label("title")
    query = (
        select(documents.c.id, title)
        .join(folder_files, folder_files.c.document_id == documents.c.id)
        .join(folders, folders.c.id == folder_files.c.folder_id)
        .where(
            folder_files.c.folder_id == folder_id,
            folder_files.c.document_id.in_(document_ids),
            documents.c.deleted_at.is_(None),
            folders.c.deleted_at.is_(None),
        )
    )
    return {row.id: row.title for row in tx.rows(query)} if document_ids else {}


def _found(score: float, row: Row[Any], titles: Mapping[str, str]) -> Found:
    return Found(
        document_id=row.document_id,
        title=titles[row.document_id],
        page_number=row.page_number,
        text=row.text,
        score=score,
    )
