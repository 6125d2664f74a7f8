"""Documents: read, read again, turned into something, deleted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete

from shared.ids import new_id
from shared.tasks.task import tasks, transitions
from tests.owner import DOCUMENTS, FOLDERS, JOBS, Owner

EXTRACTION = {
    "method": "pypdfium2",
    "format": "pdf",
    "creationDate": "2030-01-31T08:00:00.000Z",
    "seconds": 0.25,
}


def test_a_document_says_what_was_read(owner: Owner) -> None:
    document_id = owner.document(b"%PDF-1.7", "report.pdf")
    found = {"title": "Report", "author": "Ada", "language": "en", "extraction": EXTRACTION}
    owner.read(document_id, "First page.", "Second page.", **found)

    assert owner.data(f"{DOCUMENTS}/{document_id}") == {
        "documentId": document_id,
        "status": "DONE",
        "title": "Report",
        "content": "First page.\n\nSecond page.",
        "pages": [
            {"pageNumber": 1, "text": "First page."},
            {"pageNumber": 2, "text": "Second page."},
        ],
        "metadata": {
            "author": "Ada",
            "creationDate": "2030-01-31T08:00:00.000Z",
            "modificationDate": None,
            "pageCount": 2,
            "language": "en",
            "format": "pdf",
            "extractionTime": 0.25,
        },
        "totalWords": 4,
    }


def test_a_document_that_is_not_read_yet_says_nothing(owner: Owner) -> None:
    document_id = owner.document(name="report.txt")

    document = owner.data(f"{DOCUMENTS}/{document_id}")

    assert (document["status"], document["title"]) == ("PENDING", "report.txt")
    assert (document["content"], document["pages"], document["totalWords"]) == ("", [], 0)
    assert set(document["metadata"].values()) == {None}
    assert not document.keys() & {"error", "summary", "keywords"}


def test_a_document_shows_its_summary_and_keywords_once_there_are_any(owner: Owner) -> None:
    document_id = owner.document()
    owner.read(document_id, "text", summary="It is short.", keywords=["short", "text"])

    document = owner.data(f"{DOCUMENTS}/{document_id}")

    assert (document["summary"], document["keywords"]) == ("It is short.", ["short", "text"])


def test_the_status_is_one_bare_word(owner: Owner) -> None:
    document_id = owner.document()
    path = f"{DOCUMENTS}/{document_id}/status"
    job_id = owner.newest(document_id)

    assert owner.get(path).get_json() == {"success": True, "data": "PENDING"}
    running = owner.start(job_id)
    assert owner.data(path) == "IN_PROGRESS"
    owner.ends(running)
    assert owner.data(path) == "DONE"


def test_a_document_that_cannot_be_read_says_why(owner: Owner) -> None:
    document_id = owner.document()
    owner.fail(owner.newest(document_id), "The file needs a password.")

    document = owner.data(f"{DOCUMENTS}/{document_id}")

    assert (document["status"], document["error"]) == ("ERROR", "The file needs a password.")
    assert owner.data(f"{DOCUMENTS}/{document_id}/status") == "ERROR"
    assert owner.data(DOCUMENTS)[0]["error"] == "The file needs a password."


def test_what_was_read_stays_while_it_is_read_anew(owner: Owner) -> None:
    document_id = owner.document()
    owner.read(document_id, "text")

    owner.job(f"{DOCUMENTS}/{document_id}/reextract")

    document = owner.data(f"{DOCUMENTS}/{document_id}")
    assert (document["status"], document["content"]) == ("PENDING", "text")


def test_a_canceled_re_run_leaves_a_document_as_it_was(owner: Owner) -> None:
    document_id = owner.document()
    owner.read(document_id, "text")
    job = owner.job(f"{DOCUMENTS}/{document_id}/reextract")

    owner.delete(f"{JOBS}/{job['id']}")

    assert owner.data(f"{DOCUMENTS}/{document_id}/status") == "DONE"


def test_a_document_whose_only_job_was_canceled_was_never_read(owner: Owner) -> None:
    document_id = owner.document()

    owner.delete(f"{JOBS}/{owner.newest(document_id)}")

    document = owner.data(f"{DOCUMENTS}/{document_id}")
    assert document["status"] == "ERROR"
    assert "reextract" in document["error"]


def test_what_was_read_outlives_its_job(owner: Owner) -> None:
    document_id = owner.document()
    owner.read(document_id, "text")
    job_id = owner.newest(document_id)
    with owner.yard.store.begin() as tx:
        tx.execute(delete(transitions).where(transitions.c.task_id == job_id))
        tx.execute(delete(tasks).where(tasks.c.id == job_id))

    assert owner.data(f"{DOCUMENTS}/{document_id}/status") == "DONE"


def test_others_cannot_change_how_far_a_document_is(owner: Owner, stranger: Owner) -> None:
    document_id = owner.document()
    owner.read(document_id, "text")
    asked = {"type": "EXTRACTION", "content": {"documentId": document_id}}

    assert stranger.post("/api/v1/tasks", json=asked).status_code == 201

    assert owner.data(f"{DOCUMENTS}/{document_id}/status") == "DONE"
    assert len(owner.jobs(f"targetId={document_id}")) == 1


# --- lists


def test_documents_are_listed_newest_first(owner: Owner) -> None:
    made = [owner.document(b"%d" % n) for n in range(3)]
    owner.read(made[0], "one two", title="First")

    listed = owner.data(DOCUMENTS)

    assert [one["documentId"] for one in listed] == made[::-1]
    assert listed[2] == {
        "documentId": made[0],
        "status": "DONE",
        "title": "First",
        "name": "hello.txt",
        "size": 1,
        "mimetype": "text/plain",
        "totalWords": 2,
        "createdAt": listed[2]["createdAt"],
        "updatedAt": listed[2]["updatedAt"],
    }


def test_documents_are_listed_by_folder_and_page(owner: Owner) -> None:
    folder_id = owner.folder()
    made = [owner.document(b"%d" % n, folder_id=folder_id) for n in range(3)]
    owner.document(b"elsewhere")

    def listed(query: str) -> list[str]:
        return [one["documentId"] for one in owner.data(f"{DOCUMENTS}?{query}")]

    assert listed(f"folderId={folder_id}") == made[::-1]
    assert listed(f"folderId={folder_id}&limit=2") == made[:0:-1]
    assert listed(f"folderId={folder_id}&limit=2&offset=2") == made[:1]
    assert len(listed("limit=500")) == 4


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1", "offset=x", "limit="])
def test_a_page_that_cannot_be_is_refused(owner: Owner, query: str) -> None:
    answer = owner.get(f"{DOCUMENTS}?{query}")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BAD_REQUEST")


def test_an_unknown_folder_has_no_documents(owner: Owner, stranger: Owner) -> None:
    for folder_id in ("x", new_id(), stranger.folder()):
        assert owner.get(f"{DOCUMENTS}?folderId={folder_id}").status_code == 404


# --- jobs


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.pdf", "EXTRACTION"),
        ("talk.mp3", "TRANSCRIPTION"),
        ("film.mp4", "TRANSCRIPTION"),
        ("notes.txt", "EXTRACTION"),
    ],
)
def test_a_recording_is_written_down_and_all_else_is_read(
    owner: Owner, name: str, expected: str
) -> None:
    document_id = owner.document(name=name)

    assert [job["type"] for job in owner.jobs(f"targetId={document_id}")] == [expected]
    owner.finish(owner.newest(document_id))
    again = owner.job(f"{DOCUMENTS}/{document_id}/reextract")
    assert (again["type"], again["status"]) == (expected, "PENDING")


ASKED: list[tuple[str, str, Any]] = [
    ("reextract", "EXTRACTION", None),
    ("transcribe", "TRANSCRIPTION", None),
    ("generate", "GENERATION", {"kind": "summary"}),
    ("generate", "GENERATION", {"kind": "keywords"}),
    ("generate", "GENERATION", {"kind": "answer", "prompt": "Who wrote it?"}),
]


@pytest.mark.parametrize(("verb", "name", "body"), ASKED)
def test_a_job_on_a_document_is_new_unless_one_waits(
    owner: Owner, verb: str, name: str, body: Any
) -> None:
    document_id = owner.document()
    owner.finish(owner.newest(document_id))
    path = f"{DOCUMENTS}/{document_id}/{verb}"

    first = owner.job(path, json=body)
    second = owner.job(path, json=body)
    running = owner.start(first["id"])
    third = owner.job(path, json=body)

    assert (first["type"], first["status"], first["targetId"]) == (name, "PENDING", document_id)
    assert second["id"] == first["id"]
    assert third["id"] != first["id"]
    owner.ends(running)


def test_jobs_that_make_different_things_do_not_stand_for_each_other(owner: Owner) -> None:
    path = f"{DOCUMENTS}/{owner.document()}/generate"

    made = {owner.job(path, json={"kind": kind})["id"] for kind in ("summary", "keywords")}

    assert len(made) == 2


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("srt", b"1\n00:00:00,000 --> 00:00:01,000\nHi\n", "application/x-subrip"),
        ("vtt", b"WEBVTT\n", "text/vtt; charset=utf-8"),
        ("summary", b"It is short.", "text/plain; charset=utf-8"),
        ("keywords", b'["a"]', "application/json"),
        ("answer", b"Ada." * 100_000, "text/plain; charset=utf-8"),
    ],
)
def test_what_a_job_made_is_sent_as_it_is(
    owner: Owner, name: str, content: bytes, kind: str
) -> None:
    document_id = owner.document()
    owner.put_output(document_id, name, content, kind)

    answer = owner.get(f"{DOCUMENTS}/{document_id}/outputs/{name}")

    assert (answer.status_code, answer.data) == (200, content)
    assert answer.content_type == kind
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["srt", "summary", "poem", "%00"])
def test_an_output_that_is_not_there_is_not_found(owner: Owner, name: str) -> None:
    answer = owner.get(f"{DOCUMENTS}/{owner.document()}/outputs/{name}")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "NOT_FOUND")


# --- gone


def test_a_deleted_document_is_gone_from_every_list(owner: Owner) -> None:
    folder_id = owner.folder()
    document_id = owner.document(folder_id=folder_id)
    owner.read(document_id, "one two")
    over = owner.newest(document_id)
    waiting = owner.job(f"{DOCUMENTS}/{document_id}/generate", json={"kind": "summary"})["id"]

    answer = owner.delete(f"{DOCUMENTS}/{document_id}")

    assert (answer.status_code, bool(answer.get_json()["data"]["message"])) == (200, True)
    assert owner.data(DOCUMENTS) == owner.data(f"{FOLDERS}/{folder_id}/files") == []
    assert owner.data(f"{FOLDERS}/{folder_id}")["words"] == 0
    assert owner.jobs() == owner.jobs(f"targetId={document_id}") == []
    assert [owner.get(f"{JOBS}/{id_}").status_code for id_ in (over, waiting)] == [404, 404]
    with owner.yard.store.read() as tx:
        rows = tx.rows(tasks.select().where(tasks.c.target_id == document_id))
    assert {row.id: row.status for row in rows} == {over: "completed", waiting: "canceled"}


def test_a_job_of_a_deleted_document_is_told_to_stop(owner: Owner) -> None:
    document_id = owner.document()
    job_id = owner.newest(document_id)
    owner.start(job_id)

    owner.delete(f"{DOCUMENTS}/{document_id}")

    with owner.yard.store.read() as tx:
        (row,) = tx.rows(tasks.select().where(tasks.c.id == job_id))
    assert row.cancel_requested_at is not None
    assert owner.delete(f"{JOBS}/{job_id}").status_code == 404


PATHS = [
    ("GET", ""),
    ("DELETE", ""),
    ("GET", "/status"),
    ("POST", "/reextract"),
    ("POST", "/transcribe"),
    ("POST", "/generate"),
    ("GET", "/outputs/summary"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("whose", ["nobody's", "another's", "deleted", "no id"])
def test_a_document_that_is_not_there_is_not_found(
    owner: Owner, stranger: Owner, method: str, path: str, whose: str
) -> None:
    mine = owner.document()
    owner.delete(f"{DOCUMENTS}/{mine}")
    others = {"nobody's": new_id(), "another's": stranger.document(), "deleted": mine}

    answer = owner.send(
        method, f"{DOCUMENTS}/{others.get(whose, 'x')}{path}", json={"kind": "summary"}
    )

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "NOT_FOUND")
    assert owner.jobs() == []
