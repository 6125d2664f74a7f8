"""A client of the gateway for owners of documents: folders, files, jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import IO, Any, cast
from urllib.parse import quote

import httpx
import orjson

from shared.errors import Refused, Unavailable
from taskyard.client import BUSY
from taskyard.uploading.local_files import LocalFile

TIMEOUT = httpx.Timeout(120.0, connect=5.0)
"""A large file is brought to a safe place before the answer comes."""
PAGE = 100
MOST_OFFSET = 1000
READING = "EXTRACTION,TRANSCRIPTION"
"""The jobs that find out what a document says."""


class DocumentsClient:
    """Whoever calls the gateway at ``url``; ``credential`` is asked for anew for each request.

    Every call raises `Refused` for what the gateway refuses, and `Unavailable` where it does not
    answer or asks to come back later. A context manager.
    """

    def __init__(self, url: str, credential: Callable[[], str]) -> None:
        self._url = url
        self._credential = credential
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT, trust_env=False)

    def folder(self, name: str) -> str:
        """The id of the oldest folder of that name; it is made where there is none."""
        listed = [entry["value"] for entry in self._ask("GET", "/v1/folders")]
        found = next((folder["id"] for folder in listed if folder["name"] == name), None)
        return found or str(self._ask("POST", "/v1/folders", json={"name": name})["id"])

    def send(self, file: LocalFile, folder_id: str, sent: Callable[[int], None]) -> str:
        """Put ``file`` into the folder; the document's id. ``sent`` is told of every piece.

        A content that is there already stays one document. `OSError` where it cannot be read.
        """
        with file.path.open("rb") as opened:
            body = cast(IO[bytes], _Watched(opened, sent))
            form = {"file": (file.name.rpartition("/")[2], body)}
            answer = self._ask("POST", "/api/upload", files=form, headers={"folder": folder_id})
        return str(answer["ids"][0])

    def document(self, document_id: str) -> dict[str, Any]:
        """The document, with what it says."""
        return dict(self._ask("GET", f"/v1/documents/{quote(document_id, safe='')}"))

    def status(self, document_id: str) -> str:
        """How far the document is, in one word."""
        return str(self._ask("GET", f"/v1/documents/{quote(document_id, safe='')}/status"))

    def job(self, job_id: str) -> dict[str, Any]:
        """The job as it is now."""
        return dict(self._ask("GET", f"/v1/jobs/{quote(job_id, safe='')}"))

    def reading_jobs(self, document_ids: Iterable[str]) -> dict[str, str]:
        """The ids of the newest jobs that read these documents, where they are to be found."""
        wanted, found = set(document_ids), dict[str, str]()
        for job in self._newest_jobs():
            if job["targetId"] in wanted:
                found.setdefault(job["targetId"], job["id"])
            if len(found) == len(wanted):
                break
        return found

    def close(self) -> None:
        """End every connection."""
        self._http.close()

    def __enter__(self) -> DocumentsClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _newest_jobs(self) -> Iterator[dict[str, Any]]:
        for offset in range(0, MOST_OFFSET + 1, PAGE):
            query = {"type": READING, "limit": PAGE, "offset": offset}
            page = self._ask("GET", "/v1/jobs", params=query)
            yield from page
            if len(page) < PAGE:
                return

    def _ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, **body: Any
    ) -> Any:
        sent = {"Authorization": f"Bearer {self._credential()}", **(headers or {})}
        try:
            response = self._http.request(method, path, headers=sent, **body)
        except httpx.LocalProtocolError as error:
            raise Refused("It changed while it was sent.") from error
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            message = f"The gateway does not answer at {self._url}: {reason}."
            raise Unavailable(message) from error
        return data_of(response.status_code, response.content)


class _Watched:
    """A file of which every piece that is read is told."""

    def __init__(self, file: IO[bytes], told: Callable[[int], None]) -> None:
        self._file = file
        self._told = told

    def read(self, size: int = -1) -> bytes:
        """The next piece."""
        piece = self._file.read(size)
        self._told(len(piece))
        return piece

    def fileno(self) -> int:
        """What its size is found out by."""
        return self._file.fileno()


def data_of(status: int, body: bytes) -> Any:
    """What the gateway answered; raises what it refused. Pure."""
    try:
        answer = orjson.loads(body)
        if answer["success"]:
            return answer["data"]
        message, code = str(answer["error"]["message"]), str(answer["error"]["code"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise Unavailable(f"The gateway answers {status}, and not in the words of one.") from None
    if status in BUSY or status >= 500:
        raise Unavailable(message)
    raise Refused(message, code=code)
