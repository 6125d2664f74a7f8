"""Documents are read by the handler itself: text, facts, what follows, and what goes wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shared.blobs import key_of
from shared.db import Store
from shared.documents.removal import remove_document
from shared.errors import TaskError
from shared.ids import new_id
from shared.settings import Settings
from shared.tasks.status import Status
from shared.tasks.task import Task
from taskyard.bench.papers import Paper, build
from tests.documents.broken import long_pdf
from tests.documents_yard import DocumentsYard
from tests.memory_yard import WORKER
from workers.documents.embedding import EMBEDDING
from workers.documents.extraction import EXTRACTION, run
from workers.documents.reading import extract
from workers.execute import execute

PAPER = Paper(title="Bread", author="Ada", pages=["The baker sells bread.", "So he does."])
KINDS = [EXTRACTION, EMBEDDING]


@pytest.fixture
def reading(store: Store, settings: Settings) -> DocumentsYard:
    """A yard that reads, on each kind of store."""
    return DocumentsYard(store, settings, KINDS)


@pytest.fixture
def reading_here(sqlite_store: Store, settings: Settings) -> DocumentsYard:
    """The same on one kind of store, for what no store decides."""
    return DocumentsYard(sqlite_store, settings, KINDS)


def written(folder: Path, name: str, content: bytes | None = None) -> Path:
    """A file of that name: the paper, or ``content``."""
    file = folder / name
    file.write_bytes(build(file.suffix[1:], PAPER) if content is None else content)
    return file


def read(yard: DocumentsYard, document_id: str) -> Task:
    """The document's job, done."""
    return yard.do(EXTRACTION, documentId=document_id)


def test_text_and_facts_stand_in_the_document(reading: DocumentsYard, tmp_path: Path) -> None:
    document_id = reading.put(written(tmp_path, "paper.pdf"))

    task = read(reading, document_id)

    assert task.status is Status.COMPLETED
    document = reading.document(document_id)
    assert (document.title, document.author, document.page_count) == ("Bread", "Ada", 2)
    assert document.word_count == 13
    assert document.extraction is not None
    assert document.extraction["format"] == "pdf"
    first, second = reading.text(document_id)["pages"]
    assert first["tables"][0][1] == ["Flour", "120"]
    assert second == {"pageNumber": 2, "text": "So he does."}


def test_the_job_says_what_was_read_and_how(reading_here: DocumentsYard, tmp_path: Path) -> None:
    file = written(tmp_path, "paper.txt", build("docx", PAPER))

    task = read(reading_here, reading_here.put(file))

    assert task.result is not None
    assert task.result["metadata"] == {
        "fileName": "paper.txt",
        "fileSize": file.stat().st_size,
        "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "pageCount": 2,
        "pagesDone": 2,
        "extractionMethod": "kreuzberg",
    }


def test_its_folder_is_embedded_next(reading: DocumentsYard, tmp_path: Path) -> None:
    folder_id = reading.folder()

    read(reading, reading.put(written(tmp_path, "paper.md"), folder_id))

    waiting = reading.request(EMBEDDING, folderId=folder_id)
    assert reading.memory.task(waiting).not_before is not None


def test_progress_moves_with_the_pages(
    reading_here: DocumentsYard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "QUICK_SECONDS", 0.0)
    document_id = reading_here.put(written(tmp_path, "long.pdf", long_pdf(4)))
    watched = reading_here.begin(EXTRACTION, documentId=document_id)

    run({"documentId": document_id}, watched)

    assert [percent for percent, _ in watched.told] == [24.75, 49.5, 74.25, 99.0]
    assert watched.told[0][1]["pageCount"] == 4
    assert watched.told[0][1]["fileName"] == "long.pdf"


def test_a_canceled_task_stops_at_its_next_page(
    reading_here: DocumentsYard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "QUICK_SECONDS", 0.0)
    document_id = reading_here.put(written(tmp_path, "long.pdf", long_pdf(4)))
    watched = reading_here.begin(EXTRACTION, documentId=document_id)
    reading_here.memory.cancel(watched.task_id)

    assert run({"documentId": document_id}, watched) == {}
    assert watched.was_canceled
    assert len(watched.told) == 1


def test_a_bad_file_fails_at_once_and_says_which(
    reading_here: DocumentsYard, tmp_path: Path
) -> None:
    document_id = reading_here.put(written(tmp_path, "half.pdf", build("pdf", PAPER)[:900]))

    task = read(reading_here, document_id)

    assert (task.status, task.retry_count) == (Status.FAILED, 0)
    assert task.error is not None
    assert task.error["code"] == "EXTRACTION_FAILED"
    assert "its end is missing" in task.error["message"]
    assert (task.detail or {})["fileName"] == "half.pdf"


def test_a_good_file_is_read_although_its_neighbour_is_bad(
    reading: DocumentsYard, tmp_path: Path
) -> None:
    names = ("paper.pdf", "nothing.pdf", "paper.docx")
    files = [written(tmp_path, n, b"" if n == "nothing.pdf" else None) for n in names]
    ids = [reading.request(EXTRACTION, documentId=reading.put(file)) for file in files]

    execute(reading.yard, EXTRACTION, ids, WORKER)

    ended = [reading.memory.status(task_id) for task_id in ids]
    assert ended == [Status.COMPLETED, Status.FAILED, Status.COMPLETED]


def test_a_task_over_its_memory_fails_alone(
    sqlite_store: Store, settings: Settings, tmp_path: Path
) -> None:
    small = replace(settings, task_memory_bytes=16 * 1024 * 1024)
    yard = DocumentsYard(sqlite_store, small, KINDS)
    large = written(tmp_path, "large.txt", b"word after word " * 4_000_000)

    task = read(yard, yard.put(large))

    assert task.error is not None
    assert task.error["code"] == "OUT_OF_MEMORY"
    assert (task.status, task.retry_count) == (Status.FAILED, 0)


@pytest.mark.parametrize("whose", ["nobody's", "another's", "deleted"])
def test_a_document_that_the_account_does_not_have_is_not_found(
    whose: str, reading_here: DocumentsYard, tmp_path: Path
) -> None:
    document_id = reading_here.put(written(tmp_path, "paper.txt"))
    watched = reading_here.begin(EXTRACTION, documentId=document_id)
    if whose == "nobody's":
        document_id = new_id()
    if whose == "another's":
        watched.account_id = new_id()
    if whose == "deleted":
        with reading_here.store.begin() as tx:
            remove_document(tx, reading_here.account_id, document_id, actor="tests")

    with pytest.raises(TaskError) as caught:
        run({"documentId": document_id}, watched)
    assert (caught.value.code, caught.value.retryable) == ("NOT_FOUND", False)


def test_a_content_that_is_gone_is_an_error_of_the_task(
    reading_here: DocumentsYard, tmp_path: Path
) -> None:
    document_id = reading_here.put(written(tmp_path, "paper.txt"))
    with reading_here.store.read() as tx:
        key = key_of(tx, reading_here.document(document_id).sha256)
    reading_here.yard.blobs.remove(key)

    task = read(reading_here, document_id)

    assert task.error is not None
    assert task.error["code"] == "NOT_FOUND"
