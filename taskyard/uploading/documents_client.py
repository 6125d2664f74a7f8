"""What ``taskyard upload`` asks a gateway: folders, files, jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote

from taskyard.client import Client
from taskyard.client.calls import document_path
from taskyard.uploading.local_files import LocalFile

FOLDERS, JOBS = "/v1/folders", "/v1/jobs"
PAGE = 100
MOST_OFFSET = 1000
READING = "EXTRACTION,TRANSCRIPTION"
"""The jobs that find out what a document says."""


class DocumentsClient:
    """An owner of documents who calls by ``client``, each time once.

    Every call raises `Rejected` for what the gateway refuses, and `Unreachable` where it does not
    answer or asks to come back later.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def folder(self, name: str) -> str:
        """The id of the oldest folder of that name; it is made where there is none."""
        listed = [entry["value"] for entry in self._client.ask("GET", FOLDERS)]
        found = next((folder["id"] for folder in listed if folder["name"] == name), None)
        return found or str(self._client.ask("POST", FOLDERS, {"name": name})["id"])

    def send(self, file: LocalFile, folder_id: str, sent: Callable[[int], None]) -> str:
        """Put ``file`` into the folder; the document's id. ``sent`` is told of every piece.

        A content that is there already stays one document. `OSError` where it cannot be read.
        """
        name = file.name.rpartition("/")[2]
        return self._client.upload(file.path, name=name, folder=folder_id, sent=sent)

    def document(self, document_id: str) -> dict[str, Any]:
        """The document, with what it says."""
        return dict(self._client.document(document_id))

    def status(self, document_id: str) -> str:
        """How far the document is, in one word."""
        return str(self._client.ask("GET", document_path(document_id, "status")))

    def job(self, job_id: str) -> dict[str, Any]:
        """The job as it is now."""
        return dict(self._client.ask("GET", f"{JOBS}/{quote(job_id, safe='')}"))

    def reading_jobs(self, document_ids: Iterable[str]) -> dict[str, str]:
        """The ids of the newest jobs that read these documents, where they are to be found."""
        wanted, found = set(document_ids), dict[str, str]()
        for job in self._newest_jobs():
            if job["targetId"] in wanted:
                found.setdefault(job["targetId"], job["id"])
            if len(found) == len(wanted):
                break
        return found

    def _newest_jobs(self) -> Iterator[dict[str, Any]]:
        for offset in range(0, MOST_OFFSET + 1, PAGE):
            query = {"type": READING, "limit": PAGE, "offset": offset}
            page = self._client.ask("GET", JOBS, query=query)
            yield from page
            if len(page) < PAGE:
                return
