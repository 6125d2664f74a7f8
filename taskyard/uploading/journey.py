"""A folder's files on their way: sent one after the other, then each watched until it is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from shared.errors import Refused, Unavailable
from taskyard.uploading.documents_client import DocumentsClient
from taskyard.uploading.local_files import LocalFile
from taskyard.uploading.outcome import FINAL, Outcome, outcome_of

T = TypeVar("T")
ATTEMPTS = 4
PAUSE_SECONDS = 1.0
"""After the first call that was not answered; it doubles."""
LOOK_EVERY_SECONDS = 0.25
NOT_SENT = "NOT SENT"
GONE = "GONE"


class Bar(Protocol):
    """Shows how far something is."""

    def reach(self, position: int) -> None:
        """It is there now; it may be before where it was."""


Bars = Callable[[str, int], Any]
"""A context manager with a `Bar` of that label and length."""


@dataclass(slots=True)
class Journey:
    """Sends files by ``client`` into a folder, and waits until they are read."""

    client: DocumentsClient
    folder_id: str
    bars: Bars
    pause: Callable[[float], None] = time.sleep
    _refused: dict[str, Outcome] = field(default_factory=dict)
    _sent: dict[str, str] = field(default_factory=dict)

    def run(self, files: Sequence[LocalFile]) -> Iterator[Outcome]:
        """What became of each file, in order; one that cannot be had keeps no other back."""
        for file in files:
            self._send(file)
        jobs = self._jobs()
        for file in files:
            yield self._refused.get(file.name) or self._read(file, jobs)

    def _send(self, file: LocalFile) -> None:
        try:
            with self.bars(f"sending {file.name}", file.size_bytes) as bar:
                self._sent[file.name] = self._patiently(lambda: self._send_once(file, bar))
        except (Refused, OSError) as error:
            told = error.strerror if isinstance(error, OSError) else str(error)
            self._refused[file.name] = Outcome(file.name, NOT_SENT, error=told)

    def _send_once(self, file: LocalFile, bar: Bar) -> str:
        position = 0

        def sent(count: int) -> None:
            nonlocal position
            position += count
            bar.reach(position)

        return self.client.send(file, self.folder_id, sent)

    def _jobs(self) -> dict[str, str]:
        """The jobs of what was sent; without them there is no progress to be shown."""
        try:
            return self.client.reading_jobs(self._sent.values()) if self._sent else {}
        except Unavailable:
            return {}

    def _read(self, file: LocalFile, jobs: dict[str, str]) -> Outcome:
        document_id = self._sent[file.name]
        try:
            with self.bars(f"reading {file.name}", 100) as bar:
                job = self._watch(document_id, jobs.get(document_id), bar)
            document = self._patiently(lambda: self.client.document(document_id))
        except Refused as error:  # somebody deleted it, or ended its job, meanwhile
            return Outcome(file.name, GONE, error=str(error), document_id=document_id)
        return outcome_of(file.name, document, job)

    def _watch(self, document_id: str, job_id: str | None, bar: Bar) -> dict[str, Any] | None:
        """Wait until the document is read, or cannot be; its job, where that is known."""
        while True:
            job, status = self._patiently(lambda: self._look(document_id, job_id))
            bar.reach(100 if status in FINAL else (job or {}).get("progress", 0))
            if status in FINAL:
                return job
            self.pause(LOOK_EVERY_SECONDS)

    def _look(self, document_id: str, job_id: str | None) -> tuple[dict[str, Any] | None, str]:
        if job_id is None:
            return None, self.client.status(document_id)
        job = self.client.job(job_id)
        return job, job["status"]

    def _patiently(self, ask: Callable[[], T]) -> T:
        """``ask``, again where that may help: nothing is put in twice."""
        for attempt in range(1, ATTEMPTS):
            try:
                return ask()
            except Unavailable:
                self.pause(PAUSE_SECONDS * 2 ** (attempt - 1))
        return ask()
