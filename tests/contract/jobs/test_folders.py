"""Folders, the files in them, and the jobs on all that lies in one."""

from __future__ import annotations

from typing import Any

import pytest

from shared.ids import new_id
from tests.owner import DOCUMENTS, FOLDERS, JOBS, Owner


def test_a_folder_has_its_fields(owner: Owner) -> None:
    answer = owner.post(FOLDERS, json={"name": "papers", "description": "Mine", "chunkSize": 200})
    folder = answer.get_json()["data"]

    assert (answer.status_code, answer.get_json()["success"]) == (201, True)
    assert folder == {
        "id": folder["id"],
        "name": "papers",
        "description": "Mine",
        "chunkSize": 200,
        "words": 0,
        "createdAt": folder["createdAt"],
        "updatedAt": folder["createdAt"],
    }
    assert owner.data(f"{FOLDERS}/{folder['id']}") == folder


def test_a_folder_needs_no_more_than_a_name(owner: Owner) -> None:
    folder = owner.data(f"{FOLDERS}/{owner.folder('papers', description=None)}")

    assert (folder["description"], folder["chunkSize"]) == ("", 500)


def test_folders_are_listed_as_settled_oldest_first(owner: Owner) -> None:
    made = [owner.folder("one"), owner.folder("two")]

    listed = owner.data(FOLDERS)

    assert [one["status"] for one in listed] == ["fulfilled"] * 2
    assert [one["value"] for one in listed] == [owner.data(f"{FOLDERS}/{id_}") for id_ in made]


BAD: list[tuple[str, dict[str, Any]]] = [
    ("name", {}),
    ("name", {"name": None}),
    ("name", {"name": ""}),
    ("name", {"name": "   "}),
    ("name", {"name": 5}),
    ("name", {"name": "x" * 201}),
    ("name", {"name": "a\x00b"}),
    ("description", {"name": "x", "description": 5}),
    ("description", {"name": "x", "description": "x" * 2001}),
    ("chunkSize", {"name": "x", "chunkSize": "500"}),
    ("chunkSize", {"name": "x", "chunkSize": 9}),
    ("chunkSize", {"name": "x", "chunkSize": 10_001}),
    ("chunkSize", {"name": "x", "chunkSize": True}),
]


@pytest.mark.parametrize(("field", "body"), BAD)
def test_a_folder_that_cannot_be_is_refused(owner: Owner, field: str, body: dict[str, Any]) -> None:
    answer = owner.post(FOLDERS, json=body)
    error = answer.get_json()["error"]

    assert (answer.status_code, error["code"]) == (400, "BAD_REQUEST")
    assert [one["field"] for one in error["fields"]] == [field]
    assert field in error["message"]


def test_a_change_keeps_what_it_does_not_name(owner: Owner) -> None:
    folder_id = owner.folder("papers", description="Mine", chunkSize=200)

    answer = owner.put(f"{FOLDERS}/{folder_id}", json={"name": "reports"})
    folder = answer.get_json()["data"]

    assert answer.status_code == 200
    assert (folder["name"], folder["description"], folder["chunkSize"]) == ("reports", "Mine", 200)
    assert folder == owner.data(f"{FOLDERS}/{folder_id}")
    assert owner.jobs() == []


def test_a_new_chunk_size_re_indexes(owner: Owner) -> None:
    folder_id = owner.folder(chunkSize=200)

    owner.put(f"{FOLDERS}/{folder_id}", json={"chunkSize": 200})
    assert owner.jobs() == []
    owner.put(f"{FOLDERS}/{folder_id}", json={"chunkSize": 300})

    (job,) = owner.jobs()
    assert (job["type"], job["targetId"]) == ("EMBEDDING", folder_id)


def test_a_deleted_folder_is_gone_with_its_jobs_and_its_documents_stay(owner: Owner) -> None:
    folder_id = owner.folder()
    document_id = owner.document(folder_id=folder_id)
    waiting = owner.job(f"{FOLDERS}/{folder_id}/reindex")["id"]

    answer = owner.delete(f"{FOLDERS}/{folder_id}")

    assert (answer.status_code, bool(answer.get_json()["data"]["message"])) == (200, True)
    assert owner.get(f"{FOLDERS}/{folder_id}").status_code == 404
    assert owner.data(FOLDERS) == []
    assert owner.jobs(f"targetId={folder_id}") == []
    assert owner.get(f"{JOBS}/{waiting}").status_code == 404
    assert owner.data(f"{DOCUMENTS}/{document_id}/status") == "PENDING"


# --- files


def test_files_are_listed_with_their_fields(owner: Owner) -> None:
    folder_id = owner.folder()
    document_id = owner.document(b"hello", "hello.txt", folder_id=folder_id)

    assert owner.data(f"{FOLDERS}/{folder_id}/files") == [
        {"id": document_id, "name": "hello.txt", "size": 5, "mimetype": "text/plain"}
    ]


def test_a_document_may_lie_in_several_folders(owner: Owner) -> None:
    here, there = owner.folder(), owner.folder()
    document_id = owner.document(folder_id=here)

    answer = owner.post(f"{FOLDERS}/{there}/files", json={"filesIds": [document_id]})

    assert answer.status_code == 200
    assert [file["id"] for file in answer.get_json()["data"]] == [document_id]
    assert [file["id"] for file in owner.data(f"{FOLDERS}/{here}/files")] == [document_id]


def test_a_folder_that_got_files_is_embedded(owner: Owner) -> None:
    folder_id, document_id = owner.folder(), owner.document()
    asked = {"filesIds": [document_id, document_id]}

    owner.post(f"{FOLDERS}/{folder_id}/files", json=asked)

    (job,) = owner.jobs("type=EMBEDDING")
    assert job["targetId"] == folder_id
    owner.finish(job["id"])
    owner.post(f"{FOLDERS}/{folder_id}/files", json=asked)
    assert [one["status"] for one in owner.jobs("type=EMBEDDING")] == ["DONE"]


def test_files_are_put_in_all_or_none(owner: Owner) -> None:
    folder_id, document_id = owner.folder(), owner.document()

    answer = owner.post(f"{FOLDERS}/{folder_id}/files", json={"filesIds": [document_id, new_id()]})

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "NOT_FOUND")
    assert owner.data(f"{FOLDERS}/{folder_id}/files") == []


@pytest.mark.parametrize("ids", [None, [], "x", [5], [None], ["x"] * 1001])
def test_ids_of_files_are_a_list_of_texts(owner: Owner, ids: Any) -> None:
    answer = owner.post(f"{FOLDERS}/{owner.folder()}/files", json={"filesIds": ids})

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BAD_REQUEST")
    assert "filesIds" in answer.get_json()["error"]["message"]
    assert "must be" in answer.get_json()["error"]["message"]


def test_a_file_taken_out_of_a_folder_stays_a_document(owner: Owner) -> None:
    folder_id = owner.folder()
    document_id = owner.document(folder_id=folder_id)
    path = f"{FOLDERS}/{folder_id}/files/{document_id}"

    answer = owner.delete(path)

    assert (answer.status_code, bool(answer.get_json()["data"]["message"])) == (200, True)
    assert owner.data(f"{FOLDERS}/{folder_id}/files") == []
    assert [one["documentId"] for one in owner.data(DOCUMENTS)] == [document_id]
    assert owner.delete(path).status_code == 404


def test_the_words_of_a_folder_are_those_of_its_documents(owner: Owner) -> None:
    folder_id = owner.folder()
    owner.read(owner.document(b"a", folder_id=folder_id), "one two three")
    owner.read(owner.document(b"b", folder_id=folder_id), "four", "five")
    owner.document(b"c", folder_id=folder_id)
    owner.read(owner.document(b"d"), "elsewhere")

    assert owner.data(f"{FOLDERS}/{folder_id}")["words"] == 5
    assert [one["value"]["words"] for one in owner.data(FOLDERS)] == [5]


# --- jobs


ASKED: list[tuple[str, str, Any]] = [
    ("reindex", "EMBEDDING", None),
    ("sync", "SYNC", {"url": "s3://bucket/papers", "options": {"region": "eu-west-1"}}),
    ("import", "IMPORT", {"urls": ["https://example.org/a.pdf"]}),
    ("generate", "GENERATION", {"kind": "summary"}),
]


@pytest.mark.parametrize(("verb", "name", "body"), ASKED)
def test_a_job_on_a_folder_is_answered_with_the_job(
    owner: Owner, verb: str, name: str, body: Any
) -> None:
    folder_id = owner.folder()

    job = owner.job(f"{FOLDERS}/{folder_id}/{verb}", json=body)

    assert (job["type"], job["status"], job["targetId"]) == (name, "PENDING", folder_id)
    assert owner.jobs() == [job]


@pytest.mark.parametrize(("verb", "name", "body"), ASKED)
def test_while_a_job_waits_the_same_one_is_answered(
    owner: Owner, verb: str, name: str, body: Any
) -> None:
    path = f"{FOLDERS}/{owner.folder()}/{verb}"

    assert owner.job(path, json=body)["id"] == owner.job(path, json=body)["id"]


@pytest.mark.parametrize(("verb", "name", "body"), ASKED)
def test_a_job_that_runs_is_followed_by_one_more(
    owner: Owner, verb: str, name: str, body: Any
) -> None:
    path = f"{FOLDERS}/{owner.folder()}/{verb}"
    first = owner.job(path, json=body)["id"]
    running = owner.start(first)

    second, third = owner.job(path, json=body)["id"], owner.job(path, json=body)["id"]

    assert first != second == third
    owner.ends(running)
    owner.finish(second)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/x",
        "s3://",
        "file:///etc",
        "/etc",
        "https://a::s3://b",
        "nonsense",
        "s3:b/x",
        "sftp://me:secret@host/x",
    ],
)
def test_a_source_that_cannot_be_is_refused_at_once(owner: Owner, url: str) -> None:
    answer = owner.post(f"{FOLDERS}/{owner.folder()}/sync", json={"url": url})
    error = answer.get_json()["error"]

    assert (answer.status_code, error["code"]) == (400, "BAD_REQUEST")
    assert [one["field"] for one in error["fields"]] == ["url"]
    assert owner.jobs() == []


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("sync", {}, "url"),
        ("sync", {"url": 5}, "url"),
        ("sync", {"url": "s3://b/x", "options": []}, "options"),
        ("import", {}, "urls"),
        ("import", {"urls": []}, "urls"),
        ("import", {"urls": "https://example.org"}, "urls"),
        ("import", {"urls": [5]}, "urls.0"),
        ("generate", {}, "kind"),
        ("generate", {"kind": "poem"}, "kind"),
        ("generate", {"kind": "answer"}, "prompt"),
        ("generate", {"kind": "answer", "prompt": "  "}, "prompt"),
        ("generate", {"kind": "summary", "prompt": 5}, "prompt"),
    ],
)
def test_a_job_that_lacks_something_is_refused(
    owner: Owner, verb: str, body: dict[str, Any], field: str
) -> None:
    answer = owner.post(f"{FOLDERS}/{owner.folder()}/{verb}", json=body)
    error = answer.get_json()["error"]

    assert (answer.status_code, error["code"]) == (400, "BAD_REQUEST")
    assert [one["field"] for one in error["fields"]] == [field]
    assert "must" in error["message"] or "is required" in error["message"]


def test_what_a_job_made_of_a_folder_is_sent_as_it_is(owner: Owner) -> None:
    folder_id = owner.folder()
    owner.put_output(folder_id, "answer", b"In 1815.", "text/plain; charset=utf-8")

    answer = owner.get(f"{FOLDERS}/{folder_id}/outputs/answer")

    assert (answer.status_code, answer.data) == (200, b"In 1815.")
    assert answer.content_type == "text/plain; charset=utf-8"


# --- what is not there

PATHS = [
    ("GET", ""),
    ("PUT", ""),
    ("DELETE", ""),
    ("GET", "/files"),
    ("POST", "/files"),
    ("DELETE", "/files/{document}"),
    ("POST", "/reindex"),
    ("POST", "/sync"),
    ("POST", "/import"),
    ("POST", "/generate"),
    ("GET", "/search?q=x"),
    ("GET", "/outputs/answer"),
]
BODIES: dict[str, Any] = {
    "": {"name": "x"},
    "/files": {"filesIds": ["x"]},
    "/sync": {"url": "s3://b/x"},
    "/import": {"urls": ["https://example.org"]},
    "/generate": {"kind": "summary"},
}


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("whose", ["nobody's", "another's", "no id"])
def test_a_folder_that_is_not_there_is_not_found(
    owner: Owner, stranger: Owner, method: str, path: str, whose: str
) -> None:
    folder_id = {"nobody's": new_id(), "another's": stranger.folder(), "no id": "x"}[whose]
    document_id = owner.document()
    made = len(owner.jobs())

    address = f"{FOLDERS}/{folder_id}{path.format(document=document_id)}"
    answer = owner.send(method, address, json=BODIES.get(path))

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "NOT_FOUND")
    assert len(owner.jobs()) == made
