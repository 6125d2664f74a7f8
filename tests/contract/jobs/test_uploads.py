"""Files come in: one that is waited for, several at once, an archive."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from api.gateway import gateway_of
from shared.errors import TaskTimeout
from shared.ids import new_id
from shared.tasks.task import tasks
from tests.owner import DOCUMENTS, FOLDERS, UPLOAD, Owner, OwnersBench
from tests.servers import eventually

NINE_MIB = 9 * 1024 * 1024
Act = Callable[[str], None]


def waiting_for(
    bench: OwnersBench, owner: Owner, ask: Callable[[], TestResponse], act: Act
) -> TestResponse:
    """What ``ask`` is answered once ``act`` was done to the job of the document it waits for."""
    room = gateway_of(bench.app).waiting
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask)
        eventually(lambda: room.seated or answer.done())
        act(owner.jobs()[0]["id"])
        return answer.result()


def blobs(owner: Owner) -> set[Path]:
    """Every file in the blob store."""
    return {file for file in (owner.yard.settings.home / "blobs").rglob("*") if file.is_file()}


# --- POST /v1/documents


def test_a_document_that_is_not_waited_for_is_answered_with_its_status(owner: Owner) -> None:
    answer = owner.upload(wait="0")
    body = answer.get_json()

    assert answer.status_code == 202
    assert body == {
        "success": True,
        "data": {"documentId": body["data"]["documentId"], "status": "PENDING"},
    }
    (job,) = owner.jobs()
    assert (job["type"], job["targetId"]) == ("EXTRACTION", body["data"]["documentId"])


def test_a_document_that_is_read_in_time_is_answered_whole(
    bench: OwnersBench, owner: Owner
) -> None:
    def act(job_id: str) -> None:
        owner.read(owner.jobs()[0]["targetId"], "What it says.")

    began = time.monotonic()
    answer = waiting_for(bench, owner, lambda: owner.upload(wait="30"), act)

    assert time.monotonic() - began < 20
    document = answer.get_json()["data"]
    assert (answer.status_code, document["status"]) == (200, "DONE")
    assert document == owner.data(f"{DOCUMENTS}/{document['documentId']}")


def test_without_a_wait_it_is_waited_for(bench: OwnersBench, owner: Owner) -> None:
    file = {"file": (io.BytesIO(b"x"), "x.txt")}

    answer = waiting_for(bench, owner, lambda: owner.post(DOCUMENTS, data=file), owner.finish)

    assert answer.status_code == 200


def test_a_document_that_takes_longer_is_answered_with_its_status(owner: Owner) -> None:
    answer = owner.upload(wait="0.1")

    assert (answer.status_code, answer.get_json()["data"]["status"]) == (202, "PENDING")


def test_a_document_that_cannot_be_read_is_told_with_details(
    bench: OwnersBench, owner: Owner
) -> None:
    def act(job_id: str) -> None:
        owner.fail(job_id, "The file needs a password.", code="PASSWORD")

    answer = waiting_for(bench, owner, lambda: owner.upload(wait="30"), act)
    error = answer.get_json()["error"]

    (job,) = owner.jobs()
    assert (answer.status_code, error["code"]) == (422, "EXTRACTION_FAILED")
    assert "The file needs a password." in error["message"]
    assert error["details"] == {
        "documentId": job["targetId"],
        "jobId": job["id"],
        "code": "PASSWORD",
        "reason": "The file needs a password.",
    }


def test_a_document_whose_job_ran_out_of_its_time_is_told_so(
    bench: OwnersBench, owner: Owner
) -> None:
    def act(job_id: str) -> None:
        error = TaskTimeout(300)
        owner.fail(job_id, error.message, code=error.code)

    answer = waiting_for(bench, owner, lambda: owner.upload(wait="30"), act)

    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (408, "EXTRACTION_TIMEOUT")


@pytest.mark.parametrize("wait", ["-1", "x", "nan", "inf", "1s"])
def test_a_wait_that_is_no_span_is_refused_and_nothing_is_kept(owner: Owner, wait: str) -> None:
    before = blobs(owner)

    answer = owner.upload(wait=wait)
    error = answer.get_json()["error"]

    assert (answer.status_code, error["code"]) == (400, "BAD_REQUEST")
    assert [one["field"] for one in error["fields"]] == ["wait"]
    assert owner.data(DOCUMENTS) == []
    assert blobs(owner) == before


def test_a_document_lies_in_the_folder_it_was_put_in(owner: Owner) -> None:
    folder_id = owner.folder()

    document_id = owner.upload(folderId=folder_id).get_json()["data"]["documentId"]

    assert [file["id"] for file in owner.data(f"{FOLDERS}/{folder_id}/files")] == [document_id]


@pytest.mark.parametrize("whose", ["nobody's", "another's", "no id"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_folder_that_is_not_there_takes_nothing(
    owner: Owner, stranger: Owner, whose: str, is_first: bool
) -> None:
    before = blobs(owner)
    ids = {"nobody's": new_id(), "another's": stranger.folder(), "no id": "papers"}
    form: dict[str, Any] = {"folderId": ids[whose], "file": (io.BytesIO(b"never kept"), "x.txt")}
    parts = form if is_first else dict(reversed(form.items()))

    answer = owner.post(DOCUMENTS, data=parts)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "NOT_FOUND")
    assert owner.data(DOCUMENTS) == []
    assert blobs(owner) == before


@pytest.mark.parametrize("path", [DOCUMENTS, UPLOAD])
@pytest.mark.parametrize("form", [{}, {"folderId": ""}, {"file": "a text"}, {"other": "x"}])
def test_a_form_without_a_file_is_refused(owner: Owner, path: str, form: dict[str, str]) -> None:
    answer = owner.post(path, data=form, content_type="multipart/form-data")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "NO_FILE")


@pytest.mark.parametrize("path", [DOCUMENTS, UPLOAD])
def test_no_body_is_no_file_and_needs_no_content_type(owner: Owner, path: str) -> None:
    answer = owner.post(path)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "NO_FILE")


@pytest.mark.parametrize("path", [DOCUMENTS, UPLOAD])
def test_an_empty_file_is_refused(owner: Owner, path: str) -> None:
    answer = owner.post(path, data={"file": (io.BytesIO(b""), "empty.pdf")})
    error = answer.get_json()["error"]

    assert (answer.status_code, error["code"]) == (400, "BAD_REQUEST")
    assert "empty.pdf is empty" in error["message"]


def test_one_document_is_one_file(owner: Owner) -> None:
    before = blobs(owner)
    files = [(io.BytesIO(b"one"), "a.txt"), (io.BytesIO(b"two"), "b.txt")]

    answer = owner.post(DOCUMENTS, data={"file": files})

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BAD_REQUEST")
    assert blobs(owner) == before


@pytest.mark.parametrize("path", [DOCUMENTS, UPLOAD])
def test_files_come_in_forms(owner: Owner, path: str) -> None:
    answer = owner.post(path, json={"file": "x"})

    assert answer.status_code == 415
    assert answer.get_json()["error"]["code"] == "UNSUPPORTED_MEDIA_TYPE"


def test_an_upload_may_be_larger_than_json(owner: Owner) -> None:
    # encoded here: the test client leaves a temporary file open for what is so large
    file = FileStorage(io.BytesIO(b"x" * NINE_MIB), "large.txt")
    boundary, body = encode_multipart({"wait": "0", "file": file})

    answer = owner.post(
        DOCUMENTS, data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )

    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("name", "said", "kept"),
    [
        ("a.md", None, "text/markdown"),
        ("a.bin", "application/octet-stream", "application/octet-stream"),
        ("a.m4a", "application/octet-stream", "audio/mp4"),
        ("a.txt", "Text/CSV; charset=utf-8", "text/csv"),
        ("a", None, "application/octet-stream"),
        ("../../a/b.txt", None, "text/plain"),
        ("été.txt", None, "text/plain"),
    ],
)
def test_a_file_keeps_its_name_and_its_type(
    owner: Owner, name: str, said: str | None, kept: str
) -> None:
    answer = owner.post(DOCUMENTS, data={"wait": "0", "file": (io.BytesIO(b"x"), name, said)})

    (document,) = owner.data(DOCUMENTS)
    assert answer.status_code == 202
    assert document["name"] == name.rpartition("/")[2]
    assert document["mimetype"] == kept


# --- POST /api/upload


def upload(owner: Owner, *contents: bytes, **headers: str) -> TestResponse:
    """Put several files in."""
    files = [(io.BytesIO(content), f"{n}.txt") for n, content in enumerate(contents)]
    return owner.post(UPLOAD, data={"file": files}, headers=headers)


def test_several_files_are_answered_with_their_ids(owner: Owner) -> None:
    answer = upload(owner, b"one", b"two", b"three")
    data = answer.get_json()["data"]

    assert (answer.status_code, answer.get_json()["success"]) == (200, True)
    assert list(data) == ["message", "ids"]
    assert "3 files" in data["message"]
    assert [one["documentId"] for one in owner.data(DOCUMENTS)] == data["ids"][::-1]
    assert [one["name"] for one in owner.data(DOCUMENTS)] == ["2.txt", "1.txt", "0.txt"]


def test_the_same_content_is_kept_once_in_a_folder(owner: Owner) -> None:
    here, there = owner.folder("here"), owner.folder("there")

    first = upload(owner, b"same", b"other", b"same", folder=here).get_json()["data"]["ids"]
    again = upload(owner, b"same", folder=here).get_json()["data"]["ids"]
    elsewhere = upload(owner, b"same", folder=there).get_json()["data"]["ids"]

    assert first[0] == first[2] == again[0] != first[1]
    assert elsewhere[0] not in first
    assert len(owner.data(f"{FOLDERS}/{here}/files")) == 2
    assert len(owner.jobs("type=EXTRACTION")) == 3


def test_what_could_not_be_read_is_tried_again_when_it_comes_again(owner: Owner) -> None:
    (document_id,) = upload(owner, b"same").get_json()["data"]["ids"]
    owner.fail(owner.newest(document_id))

    assert upload(owner, b"same").get_json()["data"]["ids"] == [document_id]
    assert owner.data(f"{DOCUMENTS}/{document_id}/status") == "PENDING"
    owner.read(document_id, "text")
    upload(owner, b"same")

    assert len(owner.jobs(f"targetId={document_id}")) == 2


@pytest.mark.parametrize("form", ["as it is", "as Latin-1", "percent-encoded"])
@pytest.mark.parametrize("name", ["papers", "Études", "報告", "100%"])
def test_a_folder_is_named_by_its_id_or_its_name(owner: Owner, name: str, form: str) -> None:
    folder_id = owner.folder(name)
    header = name.encode().decode("latin-1")  # how UTF-8 in a header arrives
    if form == "as Latin-1":
        header = name if name.isascii() or name == "Études" else header
    if form == "percent-encoded":
        header = quote(name)

    by_name = upload(owner, b"one", folder=header)
    by_id = upload(owner, b"two", folder=folder_id)

    assert [by_name.status_code, by_id.status_code] == [200, 200]
    assert len(owner.data(f"{FOLDERS}/{folder_id}/files")) == 2


@pytest.mark.parametrize("whose", ["nobody's", "another's", "no such name", "NUL"])
def test_files_for_a_folder_that_is_not_there_are_refused(
    owner: Owner, stranger: Owner, whose: str
) -> None:
    stranger.folder("theirs")
    names = {"nobody's": new_id(), "another's": stranger.folder(), "no such name": "theirs"}

    answer = upload(owner, b"x", folder=names.get(whose, "%00"))

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "NOT_FOUND")
    assert owner.data(DOCUMENTS) == []


def test_files_are_waited_for_where_that_is_asked(bench: OwnersBench, owner: Owner) -> None:
    answer = waiting_for(bench, owner, lambda: upload(owner, b"x", wait="true"), owner.finish)

    assert answer.status_code == 200
    assert "read" in answer.get_json()["data"]["message"]


@pytest.mark.parametrize("wait", ["false", "False", ""])
def test_files_are_not_waited_for_otherwise(owner: Owner, wait: str) -> None:
    began = time.monotonic()

    assert upload(owner, b"x", wait=wait).status_code == 200
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("wait", ["yes", "1", "30"])
def test_a_header_that_is_neither_true_nor_false_is_refused(owner: Owner, wait: str) -> None:
    answer = upload(owner, b"x", wait=wait)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BAD_REQUEST")


# --- an archive


def test_an_archive_is_kept_for_the_job_that_unpacks_it(owner: Owner) -> None:
    folder_id = owner.folder()
    file = {"file": (io.BytesIO(b"PK..."), "papers.zip")}

    job = owner.job(f"{FOLDERS}/{folder_id}/import", data=file)

    assert (job["type"], job["targetId"]) == ("IMPORT", folder_id)
    with owner.yard.store.read() as tx:
        (row,) = tx.rows(tasks.select().where(tasks.c.id == job["id"]))
    assert row.payload["name"] == "papers.zip"
    assert set(row.payload) == {"folderId", "archive", "name"}


def test_an_archive_for_a_folder_that_is_not_there_is_not_kept(owner: Owner) -> None:
    before = blobs(owner)
    file = {"file": (io.BytesIO(b"PK never"), "papers.zip")}

    answer = owner.post(f"{FOLDERS}/{new_id()}/import", data=file)

    assert answer.status_code == 404
    assert blobs(owner) == before
