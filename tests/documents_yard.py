"""A yard whose documents are worked on in this process, by the handlers themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from shared.blobs import keep, key_of
from shared.db import Store
from shared.documents.document import Document, add_document, change_document, get_document
from shared.documents.folder import create_folder
from shared.documents.media_type import media_type_of
from shared.documents.output import find_output
from shared.settings import Settings
from shared.tasks import dispatch
from shared.tasks.draft import Accepted, Draft
from shared.tasks.task import Task
from shared.tasks.task_type import TaskType
from shared.yard import Yard
from tests.memory_yard import WORKER, MemoryYard, Roomy
from workers.context import RunContext
from workers.execute import execute


class Watched(RunContext):
    """What a handler is given, and what it told by it."""

    def __init__(self, yard: Yard, task: Task) -> None:
        super().__init__(yard, task)
        self.told: list[tuple[float, dict[str, Any]]] = []

    def progress(self, percent: float, **detail: Any) -> None:
        """Remember it as well."""
        self.told.append((percent, detail))
        super().progress(percent, **detail)


@dataclass(slots=True)
class DocumentsYard:
    """Short ways to put documents in, to have something done with them, and to see what came."""

    store: Store
    settings: Settings
    kinds: Iterable[TaskType]
    memory: MemoryYard = field(init=False)

    def __post_init__(self) -> None:
        self.memory = MemoryYard(self.store, self.settings)
        for kind in self.kinds:
            self.memory.yard.registry.types[kind.name] = kind

    @property
    def yard(self) -> Yard:
        """The yard itself."""
        return self.memory.yard

    @property
    def account_id(self) -> str:
        """The account that owns what is made here."""
        return self.memory.account.id

    def folder(self, name: str = "Papers") -> str:
        """A new folder; its id."""
        with self.store.begin() as tx:
            return create_folder(tx, self.account_id, name).id

    def put(self, file: Path, folder_id: str | None = None) -> str:
        """A new document with the content of ``file``; its id."""
        written = self.yard.blobs.write(file.read_bytes())
        with self.store.begin() as tx:
            keep(tx, written)
            made = add_document(
                tx, self.account_id, name=file.name, size_bytes=written.size_bytes,
                mime_type=media_type_of(file.name), sha256=written.sha256, folder_id=folder_id,
            )  # fmt: skip
        return made.id

    def put_text(self, *pages: str, folder_id: str | None = None, **columns: Any) -> str:
        """A new document that is read already; its id."""
        said = [{"pageNumber": n, "text": text} for n, text in enumerate(pages, 1)]
        written = self.yard.blobs.write(orjson.dumps({"pages": said}))
        with self.store.begin() as tx:
            keep(tx, written)
            made = add_document(
                tx, self.account_id, name="letter.txt", size_bytes=1, mime_type="text/plain",
                sha256=written.sha256, folder_id=folder_id,
            )  # fmt: skip
            change_document(tx, made.id, text_sha256=written.sha256, **columns)
        return made.id

    def request(self, kind: TaskType, /, **payload: Any) -> str:
        """Ask for a job as the gateway does; its id."""
        loaded = kind.payload.load(payload)
        draft = Draft(account_id=self.account_id, task_type=kind, payload=loaded, dialect="jobs")
        (answer,) = dispatch.request(self.yard, lambda _: [draft], Roomy())
        assert isinstance(answer, Accepted)
        return answer.task_id

    def do(self, kind: TaskType, /, **payload: Any) -> Task:
        """Ask for a job and do it, as a worker does; the task as it is then."""
        task_id = self.request(kind, **payload)
        execute(self.yard, kind, [task_id], WORKER)
        return self.memory.task(task_id)

    def begin(self, kind: TaskType, /, **payload: Any) -> Watched:
        """Ask for a job and begin it; what its handler is given."""
        (task,) = self.memory.claim(self.request(kind, **payload))
        return Watched(self.yard, task)

    def document(self, document_id: str) -> Document:
        """The document as it is now."""
        with self.store.read() as tx:
            return get_document(tx, self.account_id, document_id)

    def text(self, document_id: str) -> Any:
        """What was read in the document."""
        return orjson.loads(self._blob(str(self.document(document_id).text_sha256)))

    def output(self, target_id: str, name: str) -> str | None:
        """What a job made beside text, or None."""
        with self.store.read() as tx:
            found = find_output(tx, target_id, name)
        return None if found is None else self._blob(found.sha256).decode()

    def _blob(self, sha256: str) -> bytes:
        with self.store.read() as tx:
            key = key_of(tx, sha256)
        return self.yard.blobs.read(key)
