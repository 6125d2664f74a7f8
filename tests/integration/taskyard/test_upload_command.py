"""``taskyard upload``: a folder's files become documents, through a real gateway."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from shared.db import Store
from shared.documents.document import Document, get_document
from shared.errors import Refused, Unavailable
from shared.settings import Settings
from shared.tasks.job_queries import JobFilter, list_jobs
from shared.tasks.status import Status
from taskyard.cli import taskyard
from tests.gateway import open_account
from tests.owner import FOLDERS, Owner, OwnersBench, open_bench, owners_yard
from tests.servers import free_port

Upload = Callable[..., Result]


@pytest.fixture
def bench(settings: Settings, sqlite_store: Store) -> Iterator[OwnersBench]:
    """A gateway to a yard whose jobs are done by the tests."""
    with open_bench(owners_yard(settings, sqlite_store)) as opened:
        yield opened


@pytest.fixture
def owner(bench: OwnersBench) -> Owner:
    """The owner of the documents."""
    return bench.owner(open_account(bench.yard.store, "acme"))


@pytest.fixture
def upload(bench: OwnersBench, owner: Owner) -> Iterator[Upload]:
    """Runs ``taskyard upload`` while workers read what comes in."""
    server = make_server("127.0.0.1", 0, bench.app, threaded=True)
    serving = Thread(target=server.serve_forever, args=(0.02,))
    serving.start()
    with workers(owner):
        yield lambda *words: run(owner, server.server_port, *words)
    server.shutdown()
    serving.join()
    server.server_close()


def run(owner: Owner, port: int, *words: str) -> Result:
    """``taskyard upload words…`` as typed."""
    settings = owner.yard.settings
    environ = {
        "TASKYARD_HOME": str(settings.home),
        "TASKYARD_DATABASE_URL": settings.database_url,
        "TASKYARD_SECRET_KEY": settings.secret_key,
        "TASKYARD_LOCAL_ACCOUNT": "acme",
        "TASKYARD_PORT": str(port),
    }
    result = CliRunner().invoke(taskyard, ("upload", *words), env=environ)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@contextmanager
def workers(owner: Owner) -> Iterator[None]:
    """Whatever comes in is read at once: two pages, or none of a file that is called broken."""
    stop = Event()

    def work() -> None:
        while not stop.wait(0.02):
            for job_id, document in waiting(owner):
                read_one(owner, job_id, document)

    working = Thread(target=work)
    working.start()
    try:
        yield
    finally:
        stop.set()
        working.join()


def waiting(owner: Owner) -> list[tuple[str, Document]]:
    """The jobs that wait, and the documents that they are to read."""
    open_jobs = JobFilter(statuses=frozenset({Status.PENDING, Status.QUEUED}))
    with owner.yard.store.read() as tx:
        return [
            (job.id, get_document(tx, owner.account.id, str(job.target_id)))
            for job in list_jobs(tx, owner.account.id, open_jobs, limit=100)
        ]


def read_one(owner: Owner, job_id: str, document: Document) -> None:
    """Do one job."""
    if document.name == "broken.pdf":
        owner.fail(job_id, "The file is broken.")
    else:
        owner.read(document.id, "Three words here.", "One more.")


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with a few files."""
    folder = tmp_path / "papers"
    for name in ("a.txt", "deep/er/b.txt", ".hidden", ".git/config"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"This is {name}.")
    return folder


def files(result: Result) -> dict[str, dict[str, Any]]:
    """What became of each file."""
    return {file.pop("name"): file for file in json.loads(result.stdout)["files"]}


def test_files_are_sent_and_read_and_listed(upload: Upload, owner: Owner, papers: Path) -> None:
    result = upload(str(papers), "--folder", "My papers")

    assert result.exit_code == 0, result.output
    heading, *lines = result.stdout.splitlines()
    assert heading.split() == ["file", "pages", "words", "status", "seconds"]
    assert [line.split()[:4] for line in lines] == [
        ["a.txt", "2", "5", "DONE"],
        ["deep/er/b.txt", "2", "5", "DONE"],
    ]
    (folder,) = owner.data(FOLDERS)
    assert folder["value"]["name"] == "My papers"
    there = owner.data(f"{FOLDERS}/{folder['value']['id']}/files")
    assert {file["name"] for file in there} == {"a.txt", "b.txt"}


def test_progress_is_shown_beside_the_table(upload: Upload, papers: Path) -> None:
    result = upload(str(papers))

    labels = [line.strip() for line in result.stderr.splitlines() if line.strip()]
    assert labels == [
        "sending a.txt",
        "sending deep/er/b.txt",
        "reading a.txt",
        "reading deep/er/b.txt",
    ]


def test_once_more_nothing_is_put_in_twice(upload: Upload, owner: Owner, papers: Path) -> None:
    first = files(upload(str(papers), "--json"))
    (papers / "c.txt").write_text("This is new.")

    second = files(upload(str(papers), "--json"))

    assert {name: second[name]["documentId"] for name in first} == {
        name: first[name]["documentId"] for name in first
    }
    assert len(owner.data("/v1/documents")) == 3
    assert [folder["value"]["name"] for folder in owner.data(FOLDERS)] == ["papers"]


def test_a_file_that_cannot_be_had_keeps_no_other_back(upload: Upload, papers: Path) -> None:
    (papers / "broken.pdf").write_bytes(b"%PDF-")
    (papers / "empty.txt").touch()
    (papers / "pipe").symlink_to("/nonexistent")

    result = upload(str(papers), "--json")

    assert result.exit_code == 1
    told = {name: (file["status"], file["error"]) for name, file in files(result).items()}
    assert told == {
        "a.txt": ("DONE", None),
        "broken.pdf": ("ERROR", "The file is broken."),
        "deep/er/b.txt": ("DONE", None),
        "empty.txt": ("NOT SENT", "file: empty.txt is empty."),
    }


def test_why_a_file_was_not_read_is_told_after_the_table(upload: Upload, papers: Path) -> None:
    (papers / "broken.pdf").write_bytes(b"%PDF-")

    result = upload(str(papers))

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "taskyard: broken.pdf: The file is broken."


def test_names_that_are_not_utf_8_are_sent_as_well(upload: Upload, papers: Path) -> None:
    Path(os.fsdecode(os.fsencode(papers) + b"/caf\xe9.txt")).write_text("coffee")

    assert files(upload(str(papers), "--json"))["caf\ufffd.txt"]["status"] == "DONE"


def test_a_folder_without_files_is_refused(upload: Upload, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()

    with pytest.raises(Refused, match="There are no files in"):
        upload(str(tmp_path / "nothing"))


def test_a_gateway_that_does_not_answer_is_named(owner: Owner, papers: Path) -> None:
    with pytest.raises(Unavailable, match="The gateway does not answer"):
        run(owner, free_port(), str(papers))
