"""Requests with keys in the words of owners of documents."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.gateway import gateway_of
from shared.clock import FakeClock
from shared.db import Store
from shared.idempotency.memo import LEASE
from shared.settings import Settings
from tests.gateway import open_account
from tests.keyed import assert_same, die, dying, sent
from tests.owner import (
    DOCUMENTS,
    FOLDERS,
    UPLOAD,
    Owner,
    OwnersBench,
    open_bench,
    owners_yard,
)
from tests.servers import eventually


def a_file(content: bytes = b"hello", name: str = "hello.txt", **fields: str) -> dict[str, Any]:
    """A form with one file."""
    return {"data": {"wait": "0", **fields, "file": (io.BytesIO(content), name)}}


def blobs(owner: Owner) -> set[Path]:
    """Every file in the blob store."""
    return {file for file in (owner.yard.settings.home / "blobs").rglob("*") if file.is_file()}


def assert_mismatch(owner: Owner, path: str, **kwargs: Any) -> None:
    """The key was used with another request."""
    refused = sent(owner, path, "a", **kwargs)
    assert refused.status_code == 422, refused.text
    assert refused.get_json()["error"]["code"] == "IDEMPOTENCY_MISMATCH"


def test_a_folder_is_made_once(owner: Owner) -> None:
    first = sent(owner, FOLDERS, "a", json={"name": "papers"})
    assert_same(first, sent(owner, FOLDERS, "a", json={"name": "papers"}))

    assert_mismatch(owner, FOLDERS, json={"name": "others"})
    assert len(owner.data(FOLDERS)) == 1


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/folders/{folder}/reindex", None),
        ("/v1/folders/{folder}/sync", {"url": "https://files.example/"}),
        ("/v1/folders/{folder}/import", {"urls": ["https://files.example/a.pdf"]}),
        ("/v1/folders/{folder}/generate", {"kind": "summary"}),
        ("/v1/documents/{document}/reextract", None),
        ("/v1/documents/{document}/transcribe", None),
        ("/v1/documents/{document}/generate", {"kind": "keywords"}),
    ],
)
def test_a_job_is_made_once_even_when_it_is_over(
    owner: Owner, path: str, asked: dict[str, Any] | None
) -> None:
    is_sound = path.endswith("transcribe")
    name = "talk.mp3" if is_sound else "hello.txt"
    ids = {"folder": owner.folder(), "document": owner.document(name=name)}
    for job in owner.jobs():
        owner.finish(job["id"])
    path = path.format(**ids)

    first = sent(owner, path, "a", json=asked) if asked else sent(owner, path, "a")
    assert first.status_code == 202, first.text
    owner.finish(first.get_json()["data"]["id"])
    before = len(owner.jobs())
    assert_same(first, sent(owner, path, "a", json=asked) if asked else sent(owner, path, "a"))

    assert len(owner.jobs()) == before


def test_the_same_key_for_another_folder_is_refused(owner: Owner) -> None:
    first, second = owner.folder("a"), owner.folder("b")
    sent(owner, f"{FOLDERS}/{first}/reindex", "a")

    assert_mismatch(owner, f"{FOLDERS}/{second}/reindex")


def test_documents_are_put_into_a_folder_once(owner: Owner) -> None:
    path, asked = f"{FOLDERS}/{owner.folder()}/files", {"filesIds": [owner.document()]}

    first = sent(owner, path, "a", json=asked)

    assert_same(first, sent(owner, path, "a", json=asked))


@pytest.mark.parametrize("path", [DOCUMENTS, UPLOAD])
def test_a_file_is_put_in_once(owner: Owner, path: str) -> None:
    first = sent(owner, path, "a", **a_file())
    kept = blobs(owner)
    assert_same(first, sent(owner, path, "a", **a_file()))

    assert_mismatch(owner, path, **a_file(b"another"))
    assert_mismatch(owner, path, **a_file(name="another.txt"))
    assert blobs(owner) == kept
    assert len(owner.data(DOCUMENTS)) == 1


def test_headers_that_say_what_to_do_belong_to_the_request(owner: Owner) -> None:
    owner.folder("papers")
    sent(owner, UPLOAD, "a", **a_file())

    assert_mismatch(owner, UPLOAD, headers={"folder": "papers"}, **a_file())


def test_an_archive_is_imported_once(owner: Owner) -> None:
    path = f"{FOLDERS}/{owner.folder()}/import"

    first = sent(owner, path, "a", **a_file(b"PK\x03\x04", "a.zip"))
    assert_same(first, sent(owner, path, "a", **a_file(b"PK\x03\x04", "a.zip")))

    assert_mismatch(owner, path, **a_file(b"PK\x05\x06", "a.zip"))
    assert_mismatch(owner, path, json={"urls": ["https://files.example/a.pdf"]})


def test_a_key_of_an_upload_without_a_file_is_free_again(owner: Owner) -> None:
    empty = sent(owner, UPLOAD, "a", data={"note": "none"}, content_type="multipart/form-data")
    assert empty.status_code == 400

    assert sent(owner, UPLOAD, "a", **a_file()).status_code == 200


class Slow:
    """A body whose end comes when it is let."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)
        self.asked, self.let = threading.Event(), threading.Event()

    def read(self, _size: int = -1) -> bytes:
        """The next piece."""
        if len(self._pieces) == 1:
            self.asked.set()
            self.let.wait(30)
        return self._pieces.pop(0) if self._pieces else b""


HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="hello.txt"\r\n\r\n'
FORM = "multipart/form-data; boundary=x"


def test_while_a_file_still_comes_in_the_same_upload_is_told_so(
    bench: OwnersBench, owner: Owner
) -> None:
    slow = Slow(HEAD + b"hel", b"lo\r\n--x--\r\n")
    environ = {"wsgi.input": slow, "wsgi.input_terminated": True, "CONTENT_TYPE": FORM}

    def upload() -> Any:
        there = Owner(bench.app.test_client(), owner.account, owner.credential, owner.yard)
        return sent(there, UPLOAD, "a", environ_overrides=environ)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(upload)
        eventually(lambda: slow.asked.is_set() or first.done())
        told = sent(owner, UPLOAD, "a", data=HEAD + b"hello\r\n--x--\r\n", content_type=FORM)
        slow.let.set()
        answer = first.result()

    assert (told.status_code, told.get_json()["error"]["code"]) == (409, "CONFLICT")
    assert told.headers["Retry-After"] == "1"
    assert_same(
        answer, sent(owner, UPLOAD, "a", data=HEAD + b"hello\r\n--x--\r\n", content_type=FORM)
    )
    assert len(owner.data(DOCUMENTS)) == 1


def test_a_document_that_cannot_be_read_is_not_put_in_again(
    bench: OwnersBench, owner: Owner
) -> None:
    room = gateway_of(bench.app).waiting

    def upload() -> Any:
        return sent(owner, DOCUMENTS, "a", **a_file(wait="30"))

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(upload)
        eventually(lambda: room.seated or first.done())
        owner.fail(owner.jobs()[0]["id"])
        assert first.result().status_code == 422

    again = upload()
    assert (again.status_code, again.get_json()["error"]["code"]) == (422, "EXTRACTION_FAILED")
    assert len(owner.data(DOCUMENTS)) == 1


@pytest.fixture
def timed(
    sqlite_store: Store, settings: Settings, clock: FakeClock
) -> Iterator[tuple[OwnersBench, Owner]]:
    """A gateway, and an owner, whose time the test moves."""
    with open_bench(owners_yard(settings, sqlite_store)) as opened:
        yield opened, opened.owner(open_account(sqlite_store, "owner"))


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "not kept"])
def test_an_upload_that_broke_off_is_done_by_the_next(
    timed: tuple[OwnersBench, Owner],
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    is_kept: bool,
) -> None:
    bench, owner = timed
    with monkeypatch.context() as patch:
        if not is_kept:
            patch.setattr("api.admission.Admission.request", die)
        with dying(bench.app, monkeypatch):
            sent(owner, UPLOAD, "a", **a_file())
    assert len(owner.data(DOCUMENTS)) == is_kept
    clock.advance(LEASE.total_seconds())

    assert_mismatch(owner, UPLOAD, **a_file(b"another"))
    first = sent(owner, UPLOAD, "a", **a_file())
    assert first.status_code == 200
    assert_same(first, sent(owner, UPLOAD, "a", **a_file()))
    assert len(owner.data(DOCUMENTS)) == 1
