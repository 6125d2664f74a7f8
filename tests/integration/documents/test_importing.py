from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from shared.blobs import keep
from shared.blobs.blob import blobs, stray_blobs
from shared.documents.document import Document, list_documents
from shared.documents.intake import DIALECT, job
from shared.errors import Unavailable
from shared.settings import Settings
from shared.tasks import dispatch
from shared.tasks.loss import Cause
from shared.tasks.status import Status
from shared.tasks.task import Task
from tests.documents.archives import overlapping_zip, tarred, zipped
from tests.integration.documents.conftest import Library
from tests.memory_yard import WORKER
from tests.outside import Outside, begin, outside
from workers import context
from workers.documents.importing import IMPORT
from workers.documents.imports import addresses
from workers.execute import execute


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The operator lets 127.0.0.1 pass; files have at most 1 MiB."""
    here = ip_network("127.0.0.1/32")
    return replace(settings, allow_networks=(here,), max_upload_bytes=1024 * 1024)


@pytest.fixture(scope="module")
def _server() -> Iterator[Outside]:
    with outside() as running:
        yield running


@pytest.fixture
def server(_server: Outside) -> Outside:
    """A server outside that was asked nothing yet."""
    _server.answers.clear()
    _server.asked.clear()
    return _server


class Desk:
    """A library, a folder, and short ways to import into it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.memory = library.memory
        self.yard = library.yard
        self.yard.registry.types["IMPORT"] = IMPORT
        self.folder = library.folder()

    def submit(self, dialect: str = DIALECT, **payload: Any) -> str:
        """Ask for an import; the task's id."""
        given = {"folderId": self.folder.id, **payload}
        draft = job(self.yard.registry, self.library.account_id, "IMPORT", given)
        dispatch.request(self.yard, lambda _tx: [replace(draft, dialect=dialect)])
        return draft.id

    def run(self, task_id: str) -> Task:
        """Do it as a worker does; the task then."""
        execute(self.yard, IMPORT, [task_id], WORKER)
        return self.memory.task(task_id)

    def urls(self, *urls: str) -> Task:
        """Import ``urls``; the task then."""
        return self.run(self.submit(urls=list(urls)))

    def upload(self, content: bytes, name: str = "a.zip") -> dict[str, str]:
        """The payload of an import of the archive ``content``, once it is uploaded."""
        written = self.yard.blobs.write(content)
        with self.yard.store.begin() as tx:
            keep(tx, written)
        return {"archive": written.sha256, "name": name}

    def archive(self, content: bytes) -> Task:
        """Import the archive ``content``; the task then."""
        return self.run(self.submit(**self.upload(content)))

    def documents(self) -> list[Document]:
        """What lies in the folder, oldest first."""
        with self.yard.store.read() as tx:
            found = list_documents(tx, self.library.account_id, folder_id=self.folder.id)
        return found[::-1]

    def names(self) -> list[str]:
        """The names of what lies in the folder, oldest first."""
        return [document.name for document in self.documents()]

    def content(self, document: Document) -> bytes:
        """What is in the document."""
        with self.yard.store.read() as tx:
            key = tx.first(select(blobs.c.key).where(blobs.c.sha256 == document.sha256))
        assert key is not None
        return self.yard.blobs.read(key.key)

    def kept_files(self) -> tuple[int, int]:
        """How many files the blob store has, and how many of them are kept or to be removed."""
        folder = Path(self.yard.settings.blobs_url.removeprefix("file://"))
        with self.yard.store.read() as tx:
            rows = [tx.rows(select(func.count()).select_from(t)) for t in (blobs, stray_blobs)]
        return sum(p.is_file() for p in folder.rglob("*")), sum(found[0][0] for found in rows)


@pytest.fixture
def desk(library: Library) -> Desk:
    """A folder to import into."""
    return Desk(library)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "PAUSES_SECONDS", (0.0, 0.0))


def outcomes(task: Task) -> list[tuple[str, str]]:
    """The status of each file, with the error's code where there is one."""
    told = task.result["metadata"] if task.result else task.detail
    files = (told or {})["files"]
    return [(file["status"], file.get("error", {}).get("code", "")) for file in files]


def test_files_become_documents_and_jobs_that_read_them(desk: Desk, server: Outside) -> None:
    task = desk.urls(
        server.file("/a.pdf", b"%PDF", Content_Type="application/pdf"),
        server.file("/say.wav", b"RIFF", Content_Type="audio/x-wav"),
        server.file("/c?id=1", b"c", Content_Disposition="attachment; filename=../../c.txt"),
    )
    assert task.status is Status.COMPLETED
    assert outcomes(task) == [("imported", "")] * 3
    found = desk.documents()
    assert [(d.name, d.mime_type) for d in found] == [
        ("a.pdf", "application/pdf"), ("say.wav", "audio/wav"), ("c.txt", "text/plain"),
    ]  # fmt: skip
    assert [desk.content(document) for document in found] == [b"%PDF", b"RIFF", b"c"]
    jobs = [job.type for document in found for job in desk.library.jobs(document.id)]
    assert jobs == ["EXTRACTION", "TRANSCRIPTION", "EXTRACTION"]


def test_what_a_file_is_called_does_not_hide_what_it_is(desk: Desk) -> None:
    desk.archive(zipped({"talk": b"ID3" + bytes(100), "paper.mp3": b"%PDF-1.7"}))
    jobs = [task.type for one in desk.documents() for task in desk.library.jobs(one.id)]
    assert jobs == ["TRANSCRIPTION", "EXTRACTION"]


def test_the_metadata_tell_each_file_and_how_many_there_are(desk: Desk, server: Outside) -> None:
    url = server.file("/a.txt", b"a")
    task = desk.urls(url, url)
    assert task.result is not None
    assert task.result["metadata"] == {
        "filesTotal": 1,
        "filesProcessed": 1,
        "files": [{"url": url, "status": "imported", "documentId": desk.documents()[0].id}],
    }


def test_the_same_content_is_kept_once_in_a_folder(desk: Desk, server: Outside) -> None:
    task = desk.urls(server.file("/a.txt", b"same"), server.file("/b.txt", b"same"))
    assert outcomes(task) == [("imported", ""), ("unchanged", "")]
    assert desk.names() == ["a.txt"]


def test_a_bad_file_spoils_no_other(desk: Desk, server: Outside) -> None:
    task = desk.urls(
        server.file("/gone", b"", 404),
        server.file("/empty", b""),
        "http://127.0.0.2/a",
        "http://169.254.169.254/latest/meta-data/",
        "ftp://example.org/a",
        "no url",
        server.redirect("/away", "http://[::ffff:169.254.169.254]/"),
        server.file("/large", bytes(1024 * 1024 + 1)),
        server.file("/good.txt", b"good"),
    )
    assert task.status is Status.COMPLETED
    assert outcomes(task) == [
        ("failed", "BAD_ANSWER"),
        ("failed", "EMPTY_FILE"),
        ("failed", "ADDRESS_REFUSED"),
        ("failed", "ADDRESS_REFUSED"),
        ("failed", "URL_REFUSED"),
        ("failed", "URL_REFUSED"),
        ("failed", "ADDRESS_REFUSED"),
        ("failed", "TOO_LARGE"),
        ("imported", ""),
    ]
    assert desk.names() == ["good.txt"]
    assert desk.kept_files() == (1, 1)


def test_an_import_of_which_nothing_came_has_failed_and_says_why(
    desk: Desk, server: Outside
) -> None:
    task = desk.urls(server.file("/gone", b"", 404), "http://10.0.0.1/")
    assert task.status is Status.FAILED
    assert task.error == {
        "code": "BAD_ANSWER",
        "message": "None of 2 files could be imported: 127.0.0.1: it answered with status 404.",
    }
    assert outcomes(task) == [("failed", "BAD_ANSWER"), ("failed", "ADDRESS_REFUSED")]


def test_a_file_that_comes_later_is_asked_for_again(desk: Desk, server: Outside) -> None:
    def late(handler: BaseHTTPRequestHandler) -> None:
        ready = len(server.asked) > 2
        begin(handler, 200 if ready else 503, {"Content-Length": "4"})
        handler.wfile.write(b"late")

    task = desk.urls(server.answer("/late.txt", late))
    assert outcomes(task) == [("imported", "")]
    assert len(server.asked) == 3


def _superseded(desk: Desk, task_id: str) -> None:
    dispatch.lose(desk.yard, WORKER, Cause.LEASE_LAPSED, [task_id], actor="tests")


def _canceled(desk: Desk, task_id: str) -> None:
    desk.memory.cancel(task_id)


@pytest.mark.parametrize("happens", [_superseded, _canceled])
def test_a_task_that_is_not_ours_any_more_brings_nothing_more(
    happens: Callable[[Desk, str], None],
    desk: Desk,
    server: Outside,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(context, "LOOK_SECONDS", 0.0)
    task_id = ""

    def meanwhile(handler: BaseHTTPRequestHandler) -> None:
        happens(desk, task_id)
        begin(handler, 200, {"Content-Length": "1"})
        handler.wfile.write(b"b")

    good, late = server.file("/a.txt", b"a"), server.answer("/b.txt", meanwhile)
    task_id = desk.submit(urls=[good, late, server.file("/c.txt", b"c")])
    task = desk.run(task_id)
    assert task.status in (Status.PENDING, Status.CANCELED)
    assert desk.names() == ["a.txt"]


def test_what_was_stored_though_the_store_went_away_is_not_removed(
    desk: Desk, server: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = desk.submit(urls=[server.file("/a.txt", b"a")])
    request = dispatch.request

    def cut_off(*given: Any) -> Any:
        monkeypatch.setattr(dispatch, "request", request)
        request(*given)
        _superseded(desk, task_id)
        raise Unavailable("cut off", outcome_unknown=True)

    monkeypatch.setattr(dispatch, "request", cut_off)
    desk.run(task_id)
    assert [desk.content(document) for document in desk.documents()] == [b"a"]


def test_another_attempt_goes_on_where_the_last_one_stopped(desk: Desk, server: Outside) -> None:
    task_id = ""

    def meanwhile(handler: BaseHTTPRequestHandler) -> None:
        _superseded(desk, task_id)
        server.file("/b.txt", b"b")
        begin(handler, 503, {})

    urls = [server.file("/a.txt", b"a"), server.answer("/b.txt", meanwhile)]
    task_id = desk.submit(urls=urls)
    assert desk.run(task_id).status is Status.PENDING
    dispatch.release(desk.yard, IMPORT.queue)
    task = desk.run(task_id)
    assert outcomes(task) == [("imported", "")] * 2
    assert desk.names() == ["a.txt", "b.txt"]
    assert [path for path, _ in server.asked].count("/a.txt") == 1


@pytest.mark.parametrize("make", [zipped, tarred])
def test_an_archive_becomes_documents(
    desk: Desk, make: Callable[[dict[str, bytes]], bytes]
) -> None:
    files = {
        "a.txt": b"a", "folder/": b"", "folder/b.md": b"b", "../c.txt": b"c", "d.txt": b"",
        "same.txt": b"a", "in.zip": zipped({"e.txt": b"e"}), f"{'n' * 260}.txt": b"n",
    }  # fmt: skip
    task = desk.archive(make(files))
    assert task.status is Status.COMPLETED
    assert outcomes(task) == [
        ("imported", ""),
        ("imported", ""),
        ("failed", "FILE_REFUSED"),
        ("failed", "EMPTY_FILE"),
        ("unchanged", ""),
        ("imported", ""),
        ("imported", ""),
    ]
    assert task.result is not None
    told = task.result["metadata"]["files"]
    assert [file["name"] for file in told][:3] == ["a.txt", "folder/b.md", "../c.txt"]
    assert desk.names() == ["a.txt", "b.md", "e.txt", f"{'n' * 251}.txt"]
    assert len(desk.library.jobs(desk.documents()[0].id)) == 1


@pytest.mark.parametrize(
    ("archive", "code"),
    [
        (zipped({f"{n}.bin": bytes([n]) * 600_000 for n in range(2)}), "ARCHIVE_TOO_LARGE"),
        (overlapping_zip(10, 1000), "ARCHIVE_REFUSED"),
        (b"no archive", "ARCHIVE_REFUSED"),
        (zipped({}), "ARCHIVE_REFUSED"),
        (tarred({"a.txt": b"a" * 5000}, "tar.gz")[:60], "ARCHIVE_REFUSED"),
    ],
    ids=["too large", "shared bytes", "no archive", "empty", "cut off"],
)
def test_a_bad_archive_brings_nothing(desk: Desk, archive: bytes, code: str) -> None:
    task = desk.archive(archive)
    assert task.status is Status.FAILED
    assert task.error is not None
    assert task.error["code"] == code
    assert desk.documents() == []


def test_a_bad_archive_found_out_late_tells_what_was_brought(desk: Desk) -> None:
    inner = zipped({f"{n}.bin": bytes([n]) * 400_000 for n in range(2)})
    task = desk.archive(tarred({"a.txt": b"a", "one.zip": inner, "b.bin": bytes(400_000)}))
    assert task.error is not None
    assert task.error["code"] == "ARCHIVE_TOO_LARGE"
    assert outcomes(task)[0] == ("imported", "")


def test_a_hash_alone_is_no_right_to_an_archive(desk: Desk) -> None:
    payload = desk.upload(zipped({"a.txt": b"a"}))
    for task_id in (desk.submit("buyers", **payload), desk.submit(archive="0" * 64)):
        task = desk.run(task_id)
        assert task.error is not None
        assert (task.status, task.error["code"]) == (Status.FAILED, "NOT_FOUND")
    assert desk.documents() == []


def test_the_folder_of_another_account_is_unknown(desk: Desk, server: Outside) -> None:
    other = desk.memory.open_account("other")
    given: dict[str, Any] = {"folderId": desk.folder.id, "urls": [server.file("/a.txt", b"a")]}
    draft = job(desk.yard.registry, other.id, "IMPORT", given)
    dispatch.request(desk.yard, lambda _tx: [draft])
    task = desk.run(draft.id)
    assert task.error is not None
    assert (task.status, task.error["code"]) == (Status.FAILED, "NOT_FOUND")
    assert server.asked == []
