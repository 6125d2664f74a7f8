"""Pieces of one or several documents that are embedded together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from shared.tasks.task_type import Context
from shared.vectors.embedder import Embedder, EmbedderFailed
from workers.documents.chunking.document import DocumentChunks
from workers.documents.chunking.patience import wait_as_asked
from workers.documents.chunking.piece import Piece

if TYPE_CHECKING:
    from shared.vectors.embedder import Vectors

BYTES_PER_TOKEN = 4
"""Of UTF-8, in most languages, or more: good enough to fill a batch."""
MOST_PIECES = 256
TRIES = 3
"""How often a batch is sent again by the same attempt."""


class Batch:
    """Collects until it is full, by what ``embedder`` takes at once."""

    def __init__(self, context: Context, embedder: Embedder) -> None:
        self._context = context
        self._embedder = embedder
        self._waiting: list[tuple[DocumentChunks, Piece]] = []
        self._size_bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether it should be embedded before more is added."""
        most_bytes = self._embedder.batch_tokens * BYTES_PER_TOKEN
        return self._size_bytes >= most_bytes or len(self._waiting) >= MOST_PIECES

    def add(self, chunks: DocumentChunks, piece: Piece) -> None:
        """Let ``piece`` of a document wait."""
        self._waiting.append((chunks, piece))
        self._size_bytes += len(piece.text.encode())

    def embed(self) -> Iterator[tuple[DocumentChunks, int]]:
        """Embed and store what waits: documents, and how many pieces of each."""
        waiting, self._waiting, self._size_bytes = self._waiting, [], 0
        texts = {piece.text_hash: piece.text for chunks, piece in waiting if not chunks.is_stale}
        vectors = self._passages(list(texts.values())) if texts else ()
        by_hash = {key: row.tobytes() for key, row in zip(texts, vectors, strict=True)}
        for chunks, group in groupby(waiting, key=lambda one: one[0]):
            pieces = [piece for _, piece in group]
            if not chunks.is_stale:
                chunks.add(by_hash, pieces)
                yield chunks, len(pieces)

    def _passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of ``texts``; an endpoint that is too busy is given the time it asks for."""
        for _ in range(TRIES):
            try:
                return self._embedder.passages(texts)
            except EmbedderFailed as error:
                if not wait_as_asked(self._context, error):
                    raise
        return self._embedder.passages(texts)
