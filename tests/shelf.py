"""An account with folders full of read documents, as EMBEDDING finds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy
import orjson
from sqlalchemy import Row, select

from shared.accounts.account import create_account
from shared.blobs import keep
from shared.broker.memory import MemoryBroker
from shared.db import Store, Transaction
from shared.documents import document, folder
from shared.documents.chunk import chunks
from shared.settings import Settings
from shared.tasks.registry import Registry
from shared.vectors.embedder import Embedder
from shared.vectors.search import Found, Searcher
from shared.yard import Yard
from workers.documents.chunking.folder import FolderChunks
from workers.documents.embedding import run

if TYPE_CHECKING:
    from shared.vectors.embedder import Vectors

SHA = "0" * 64


class HandlerContext:
    """What a handler may use, for a test; ``on_progress`` is called whenever it tells."""

    def __init__(self, yard: Yard, account_id: str) -> None:
        self.task_id = "a task"
        self.attempt = 1
        self.account_id = account_id
        self.yard = yard
        self.detail: dict[str, Any] = {}
        self.told: list[tuple[float, dict[str, Any]]] = []
        self.is_canceled = False
        self.on_progress: Callable[[], None] = lambda: None

    def progress(self, percent: float, **detail: Any) -> None:
        self.detail.update(detail)
        self.told.append((percent, detail))
        self.on_progress()

    def record(self, tx: Transaction, percent: float, **detail: Any) -> bool:
        self.progress(percent, **detail)
        return True

    def canceled(self) -> bool:
        return self.is_canceled


class CountingEmbedder:
    """A model for tests: a vector for each text, at once; it remembers what it was given."""

    dimensions = 8
    batch_tokens = 40

    def __init__(self, model: str = "counting") -> None:
        self.model = model
        self.given: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.given += texts
        return numpy.stack([self.query(text) for text in texts])

    def query(self, text: str) -> Vectors:
        seed = int.from_bytes(text.encode()[:64], "big")
        vector = numpy.random.default_rng(seed).normal(size=self.dimensions)
        return (vector / numpy.linalg.norm(vector)).astype("<f4")


class Shelf:
    """Short ways to put documents into folders, to embed and to search them."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.yard = Yard(settings, store, MemoryBroker(), Registry({}))
        with store.begin() as tx:
            self.account_id = create_account(tx, "acme").id

    def folder(self, **values: Any) -> str:
        """A new folder; its id."""
        with self.store.begin() as tx:
            return folder.create_folder(tx, self.account_id, "Papers", **values).id

    def put(self, folder_id: str | None, *pages: str, name: str = "a.txt") -> str:
        """A new document with these pages, read already; its id."""
        with self.store.begin() as tx:
            added = document.add_document(
                tx, self.account_id, name=name, size_bytes=1, mime_type="text/plain", sha256=SHA,
                folder_id=folder_id,
            )  # fmt: skip
        self.rewrite(added.id, *pages)
        return added.id

    def rewrite(self, document_id: str, *pages: str) -> None:
        """Let the document say something else."""
        said = [{"pageNumber": n, "text": text} for n, text in enumerate(pages, 1)]
        written = self.yard.blobs.write(orjson.dumps({"pages": said}))
        words = sum(len(page.split()) for page in pages)
        with self.store.begin() as tx:
            keep(tx, written)
            document.change_document(tx, document_id, text_sha256=written.sha256, word_count=words)

    def context(self) -> HandlerContext:
        """What a handler of the account's tasks is given."""
        return HandlerContext(self.yard, self.account_id)

    def embed(
        self,
        folder_id: str,
        embedder: Embedder | None = None,
        context: HandlerContext | None = None,
    ) -> Mapping[str, Any]:
        """Run EMBEDDING; the job's metadata."""
        context = context or self.context()
        if embedder is None:
            return dict(run({"folderId": folder_id}, context)["metadata"])
        return FolderChunks(context, folder_id, embedder).run()

    def search(
        self, folder_id: str, question: str, limit: int = 10, embedder: Embedder | None = None
    ) -> list[Found]:
        """What a gateway that has just begun finds."""
        return Searcher(self.store, self.yard.settings, embedder).search(folder_id, question, limit)

    def chunks(self, folder_id: str) -> Sequence[Row[Any]]:
        """The folder's chunks, by document and position."""
        query = select(chunks).where(chunks.c.folder_id == folder_id)
        with self.store.read() as tx:
            return tx.rows(query.order_by(chunks.c.document_id, chunks.c.position))
