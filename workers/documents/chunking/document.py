"""Brings the chunks of one document in a folder up to date, a commit at a time.

A document that changes or goes meanwhile is left alone: every commit looks first, with the rows
locked that those lock who change it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from shared.db import Store, Transaction
from shared.documents.chunk import (
    add_chunks,
    chunks_of,
    drop_chunks,
    known_vectors,
    mark_embedded,
    move_chunks,
)
from shared.documents.document import folder_files, get_document
from shared.documents.folder import Folder, get_folder, raise_revision
from shared.errors import NotFound
from shared.vectors import pgvector
from workers.documents.chunking.difference import difference
from workers.documents.chunking.outdated import Outdated
from workers.documents.chunking.piece import Piece


class DocumentChunks:
    """One document's chunks in ``folder``, made by ``model``.

    ``is_stale`` tells that the document or the folder is not any more what it was: whatever
    changed it has asked for the folder to be embedded again.
    """

    def __init__(self, store: Store, folder: Folder, document: Outdated, model: str) -> None:
        self.document = document
        self.is_stale = False
        self.left = 0
        self.total = 0
        self._store = store
        self._folder = folder
        self._model = model

    @property
    def share_done(self) -> float:
        """How much of it is there, 0 to 1."""
        return 1 - self.left / max(self.total, 1)

    def begin(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Keep what is right, drop what is not; the pieces that need a vector."""
        self.total = len(pieces)
        missing = self._store.transact(lambda tx: self._begin(tx, pieces))
        self.left = len(missing)
        return missing

    def add(self, vectors: Mapping[str, bytes], pieces: Sequence[Piece]) -> None:
        """Store ``pieces``, whose vectors are found by the hashes of their texts."""
        self.left -= len(pieces)
        self._store.transact(lambda tx: self._add(tx, pieces, vectors))

    def _begin(self, tx: Transaction, pieces: Sequence[Piece]) -> list[Piece]:
        if not self._is_unchanged(tx):
            return []
        held = chunks_of(tx, self._folder.id, self.document.document_id)
        todo = difference(held, pieces, self._model)
        hashes = {piece.text_hash for piece in todo.missing}
        known = known_vectors(tx, self._folder.id, self._model, hashes)
        if todo.dropped:
            drop_chunks(tx, todo.dropped)
        move_chunks(tx, todo.moves)
        self._insert(tx, [piece for piece in todo.missing if piece.text_hash in known], known)
        missing = [piece for piece in todo.missing if piece.text_hash not in known]
        self._finish(tx, is_over=not missing)
        if not todo.is_none:
            raise_revision(tx, self._folder.id)
        return missing

    def _add(self, tx: Transaction, pieces: Sequence[Piece], vectors: Mapping[str, bytes]) -> None:
        if self._is_unchanged(tx):
            self._insert(tx, pieces, vectors)
            self._finish(tx, is_over=not self.left)
            raise_revision(tx, self._folder.id)

    def _insert(
        self, tx: Transaction, pieces: Sequence[Piece], vectors: Mapping[str, bytes]
    ) -> None:
        rows = [self._row(piece, vectors[piece.text_hash]) for piece in pieces]
        add_chunks(tx, rows)
        pgvector.add(tx, rows)

    def _row(self, piece: Piece, vector: bytes) -> dict[str, Any]:
        return {
            "account_id": self._folder.account_id,
            **self._place,
            "position": piece.position,
            "page_number": piece.page_number,
            "text": piece.text,
            "text_hash": piece.text_hash,
            "model": self._model,
            "vector": vector,
        }

    def _finish(self, tx: Transaction, *, is_over: bool) -> None:
        if is_over:
            row = {
                **self._place,
                "text_sha256": self.document.text_sha256,
                "chunk_size": self._folder.chunk_size,
                "model": self._model,
                "chunk_count": self.total,
            }
            mark_embedded(tx, row)

    @property
    def _place(self) -> dict[str, str]:
        return {"folder_id": self._folder.id, "document_id": self.document.document_id}

    def _is_unchanged(self, tx: Transaction) -> bool:
        self.is_stale = self.is_stale or not _is_as_it_was(tx, self._folder, self.document)
        return not self.is_stale


def _is_as_it_was(tx: Transaction, folder: Folder, document: Outdated) -> bool:
    """Lock folder and document, in this order as everybody; whether both are as they were."""
    try:
        now = get_folder(tx, folder.account_id, folder.id, for_update=True)
        found = get_document(tx, folder.account_id, document.document_id, for_update=True)
    except NotFound:
        return False
    place = select(folder_files.c.added_at).where(
        folder_files.c.folder_id == folder.id, folder_files.c.document_id == document.document_id
    )
    inside = tx.first(place)
    return (
        now.chunk_size == folder.chunk_size
        and found.text_sha256 == document.text_sha256
        and inside is not None
        and inside.added_at == document.added_at
    )
