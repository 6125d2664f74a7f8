"""Brings all of a folder up to date: cuts and embeds what is new, and tells how far it is."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import orjson

from shared.blobs import MissingBlob, key_of
from shared.documents.folder import get_folder
from shared.tasks.task_type import Context
from shared.vectors.built_in import BuiltInEmbedder
from shared.vectors.embedder import Embedder
from workers.documents.chunking.batch import Batch
from workers.documents.chunking.document import DocumentChunks
from workers.documents.chunking.outdated import Outdated, Totals, outdated, totals
from workers.documents.chunking.piece import Piece, cut
from workers.documents.chunking.tally import Tally
from workers.documents.chunking.turn import Turn

log = logging.getLogger(__name__)


class FolderChunks:
    """One run over a folder; what it commits stays, and is not done again by the next run.

    Raises `NotFound` where the account has no such folder (any more), `EmbedderFailed` where
    there are no vectors to be had.
    """

    def __init__(self, context: Context, folder_id: str, embedder: Embedder) -> None:
        self._context = context
        self._store = context.yard.store
        self._embedder = embedder
        # sizes are counted in its tokens, whatever embeds: a folder's chunks stay the same
        self._counter = embedder if isinstance(embedder, BuiltInEmbedder) else BuiltInEmbedder()
        with self._store.read() as tx:
            self._folder = get_folder(tx, context.account_id, folder_id)
            self._tally = Tally(totals(tx, self._folder, embedder.model))
        self._seen: set[tuple[Outdated, int]] = set()
        self._batch = Batch(context, embedder)
        self._turn = Turn(context)

    def run(self) -> dict[str, Any]:
        """Embed until nothing is outdated, or somebody cancels; the job's metadata."""
        while todo := self._todo():
            self._tally.expect(todo)
            for document in todo:
                self._take(document)
                if self._context.canceled():
                    return {}
            self._embed()
        with self._store.read() as tx:
            return self._metadata(totals(tx, self._folder, self._embedder.model))

    def _todo(self) -> Sequence[Outdated]:
        """What is outdated now and was not tried yet; the folder may change at any time."""
        with self._store.read() as tx:
            self._folder = get_folder(tx, self._folder.account_id, self._folder.id)
            found = outdated(tx, self._folder, self._embedder.model)
        size = self._folder.chunk_size
        todo = [document for document in found if (document, size) not in self._seen]
        self._seen.update((document, size) for document in todo)
        return todo

    def _take(self, document: Outdated) -> None:
        """Cut ``document``; let what needs a vector wait until a batch is full."""
        try:
            pieces = self._cut(document)
        except MissingBlob:
            log.warning("the text of document %s is gone", document.document_id)
            return
        chunks = DocumentChunks(self._store, self._folder, document, self._embedder.model)
        missing = chunks.begin(pieces)
        self._tally.note(chunks, len(pieces) - len(missing))
        self._tell()
        for piece in missing:
            self._batch.add(chunks, piece)
            if self._batch.is_full:
                self._embed()
                if chunks.is_stale or self._context.canceled():
                    return

    def _cut(self, document: Outdated) -> list[Piece]:
        with self._store.read() as tx:
            key = key_of(tx, document.text_sha256)
        pages = orjson.loads(self._context.yard.blobs.read(key))["pages"]
        return list(cut(pages, self._folder.chunk_size, self._counter.count_tokens))

    def _embed(self) -> None:
        for chunks, count in self._batch.embed():
            self._tally.note(chunks, count)
        self._tell()
        self._turn.end_if_others_wait()

    def _tell(self) -> None:
        self._context.progress(self._tally.percent, **self._metadata(self._tally.totals))

    def _metadata(self, done: Totals) -> dict[str, Any]:
        return {
            "folderName": self._folder.name,
            "filesProcessed": done.files,
            "totalChunks": done.chunks,
            "chunkSize": self._folder.chunk_size,
            "model": self._embedder.model,
        }
