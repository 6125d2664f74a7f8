"""A yard whose documents are jobs of two harmless types, on each kind of store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import pytest
from marshmallow import Schema
from sqlalchemy import select

from shared.blobs import Written, find_key
from shared.db import Store, Transaction
from shared.documents.document import documents
from shared.documents.folder import Folder, create_folder
from shared.documents.intake import Arrival, Taken, take_in
from shared.documents.text import settle_text, text_result
from shared.settings import Settings
from shared.tasks import dispatch
from shared.tasks.draft import Draft
from shared.tasks.outcome import Completed
from shared.tasks.task import Task, tasks
from shared.tasks.task_type import Context, Payload, TaskType
from shared.yard import Yard
from tests.memory_yard import MemoryYard


def _nothing(_payload: Payload, _context: Context) -> dict[str, Any]:
    return {}


EMBEDDING = TaskType(
    name="EMBEDDING", pool="small", queue="embedding", payload=Schema(), run=_nothing,
    target=lambda payload: payload["folderId"],
)  # fmt: skip


def _settle(tx: Transaction, completed: Sequence[Completed]) -> list[Draft]:
    return settle_text(tx, completed, EMBEDDING)


EXTRACTION = TaskType(
    name="EXTRACTION", pool="small", queue="extraction", payload=Schema(), run=_nothing,
    target=lambda payload: payload["documentId"], settle=_settle,
)  # fmt: skip
TRANSCRIPTION = replace(EXTRACTION, name="TRANSCRIPTION", queue="transcription")


@dataclass(slots=True)
class Library:
    """A yard with folders and documents, and short ways to fill them."""

    memory: MemoryYard

    @property
    def yard(self) -> Yard:
        """The yard itself."""
        return self.memory.yard

    @property
    def account_id(self) -> str:
        """The account that owns what is made here."""
        return self.memory.account.id

    def folder(self, name: str = "Letters") -> Folder:
        """A new folder."""
        with self.yard.store.begin() as tx:
            return create_folder(tx, self.account_id, name)

    def bring(
        self, content: bytes, folder_id: str | None = None, *, mime_type: str = "text/plain"
    ) -> Taken:
        """Take in a file, and request the task that reads it."""
        arrival = Arrival(
            name="letter.txt", mime_type=mime_type, written=self.yard.blobs.write(content)
        )
        return self.take(arrival, folder_id)

    def take(self, arrival: Arrival, folder_id: str | None = None) -> Taken:
        """Take in ``arrival``, and request the task that reads it."""
        taken: list[Taken] = []

        def ask(tx: Transaction) -> Sequence[Draft]:
            taken.append(take_in(tx, self.yard.registry, self.account_id, arrival, folder_id))
            return taken[-1].drafts

        dispatch.request(self.yard, ask)
        return taken[-1]

    def jobs(self, target_id: str) -> list[Task]:
        """The tasks that work on the target, oldest first."""
        return [t for t in self.tasks() if t.target_id == target_id]

    def tasks(self) -> list[Task]:
        """Every task, oldest first."""
        with self.yard.store.read() as tx:
            return [Task.of(row) for row in tx.rows(select(tasks).order_by(tasks.c.number))]

    def read(self, document_id: str, text: bytes = b"{}") -> None:
        """Do the document's task, as a worker does that read ``text``."""
        for task in self.memory.claim(*(t.id for t in self.jobs(document_id))):
            self.finish(task, text)

    def finish(self, task: Task, text: bytes = b"{}", of: bytes | None = None) -> None:
        """Report that the attempt read ``text``, in the content ``of`` (by default the newest)."""
        query = select(documents.c.sha256).where(documents.c.id == task.target_id)
        with self.yard.store.read() as tx:
            content = sha256(of).hexdigest() if of else tx.rows(query)[0].sha256
        written = self.yard.blobs.write(text)
        result = text_result(content, written, {}, title="A letter", word_count=2)
        moved = dispatch.report(self.yard, [Completed(task, result)], str(task.holder))
        assert moved == {task.id}

    def is_kept(self, written: Written) -> bool:
        """Whether the content is kept."""
        with self.yard.store.read() as tx:
            return find_key(tx, written.sha256) is not None


@pytest.fixture
def library(store: Store, settings: Settings) -> Library:
    """An empty library on each kind of store."""
    memory = MemoryYard(store, settings)
    for kind in (EXTRACTION, TRANSCRIPTION, EMBEDDING):
        memory.yard.registry.types[kind.name] = kind
    return Library(memory)
