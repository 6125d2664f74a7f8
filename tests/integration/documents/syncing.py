"""A folder that is synced with a folder of this machine, and short ways to look at both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.documents.document import Document, list_documents
from shared.documents.intake import job
from shared.documents.origin import Origin
from shared.sources.local import LocalSource
from shared.sources.options import SourceOptions
from shared.sources.source import Entry
from shared.sources.url import read_source_url
from shared.tasks import dispatch
from shared.tasks.draft import Accepted
from shared.tasks.task import Task
from tests.integration.documents.conftest import Library
from tests.memory_yard import WORKER
from workers.context import RunContext
from workers.documents.sync import SYNC
from workers.documents.syncing.mirror import Mirror
from workers.execute import execute


@dataclass
class Syncing:
    """One folder of the library, and the place that it is to be like."""

    library: Library
    place: Path
    folder_id: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with an empty folder."""
        self.folder_id = self.folder_id or self.library.folder().id

    def put(self, **files: str) -> None:
        """Let the place have these text files."""
        for name, text in files.items():
            (self.place / f"{name}.txt").write_text(text)

    def ask(self, **changes: Any) -> str:
        """Request a sync; the id of its job."""
        payload = {"folderId": self.folder_id, "url": str(self.place), "options": self.options}
        yard, account = self.library.yard, self.library.account_id
        draft = job(yard.registry, account, "SYNC", {**payload, **changes})
        (answer,) = dispatch.request(yard, lambda _: [draft])
        assert isinstance(answer, Accepted)
        return answer.task_id

    def run(self, **changes: Any) -> Task:
        """Sync, as a worker does; the job afterwards."""
        task_id = self.ask(**changes)
        assert execute(self.library.yard, SYNC, [task_id], WORKER) == 1
        return self.library.memory.task(task_id)

    def counts(self, **changes: Any) -> dict[str, int]:
        """Sync; how many files were added, updated, removed, unchanged and failed."""
        done = self.run(**changes)
        assert done.result is not None, done.error
        names = ("added", "updated", "removed", "unchanged", "filesFailed")
        told = {name: done.result["metadata"][name] for name in names}
        return {name: count for name, count in told.items() if count}

    def documents(self) -> dict[str, Document]:
        """The folder's documents by name."""
        with self.library.yard.store.read() as tx:
            found = list_documents(tx, self.library.account_id, folder_id=self.folder_id)
        names = [document.name for document in found]
        assert len(set(names)) == len(names)
        return {document.name: document for document in found}

    def jobs(self, name: str) -> list[str]:
        """The types of the jobs of the document called ``name``, oldest first."""
        return [task.type for task in self.library.jobs(self.documents()[name].id)]

    def mirror(self, task: Task) -> Mirror:
        """What the handler of ``task`` works with."""
        url = read_source_url(str(self.place), self.library.yard.settings)
        origin = Origin.of(self.folder_id, url, None)
        context = RunContext(self.library.yard, task)
        return Mirror(context, origin, SourceOptions.of(self.options), 10**9)


class Watched(LocalSource):
    """A folder of which we see what is read, and where something happens on the way."""

    def __init__(self, syncing: Syncing, on_list: Any = None, on_read: Any = None) -> None:
        super().__init__(syncing.place, syncing.library.yard.settings)
        self.read: list[str] = []
        self._on_list: Callable[[Entry], None] = on_list or (lambda _entry: None)
        self._on_read: Callable[[Entry], None] = on_read or (lambda _entry: None)

    def entries(self, recursive: bool) -> Iterator[Entry]:
        """In order of their names."""
        for entry in sorted(super().entries(recursive), key=lambda e: e.path):
            self._on_list(entry)
            yield entry

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """The content, after what happens first."""
        self._on_read(entry)
        self.read.append(entry.path)
        yield from super().chunks(entry)
