"""What is written about documents, by the yard's own means and by an endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest

from shared.db import Store
from shared.settings import Settings
from shared.tasks.status import Status
from shared.tasks.task import Task
from tests.chat_server import KEY, MODEL, ChatServer, chat_server, refusing, saying
from tests.documents_yard import DocumentsYard
from workers.documents.embedding import EMBEDDING
from workers.documents.generation import GENERATION, run
from workers.documents.transcription import TRANSCRIPTION
from workers.documents.writing.sentences import sentences

SOLAR = (
    "Solar panels convert sunlight into electricity. The city installed solar panels on every "
    "school roof last year. Battery storage keeps the electricity for the evening. The mayor said "
    "that battery storage and solar panels will halve the city's electricity bill."
)
BEES = (
    "Bees carry pollen from flower to flower. A hive has one queen and thousands of workers. "
    "In winter the bees stay in the hive and eat honey. The beekeeper feeds the hive with sugar."
)


@pytest.fixture
def writing(store: Store, settings: Settings) -> DocumentsYard:
    """A yard that writes by itself, on each kind of store."""
    return DocumentsYard(store, settings, [GENERATION, EMBEDDING, TRANSCRIPTION])


@pytest.fixture
def writing_here(sqlite_store: Store, settings: Settings) -> DocumentsYard:
    """The same on one kind of store, for what no store decides."""
    return DocumentsYard(sqlite_store, settings, [GENERATION, EMBEDDING, TRANSCRIPTION])


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """A model behind an endpoint."""
    with chat_server() as running:
        yield running


@pytest.fixture
def asking(sqlite_store: Store, settings: Settings, server: ChatServer) -> DocumentsYard:
    """A yard that has the endpoint write."""
    named = replace(
        settings,
        generation_endpoint=server.url,
        generation_model=MODEL,
        generation_api_key=KEY,
    )
    return DocumentsYard(sqlite_store, named, [GENERATION, EMBEDDING])


def told(task: Task) -> dict[str, Any]:
    """The job's metadata."""
    assert task.status is Status.COMPLETED, task.error
    assert task.result is not None
    return dict(task.result["metadata"])


def refusal(task: Task) -> str:
    """Why the task failed for good."""
    assert task.status is Status.FAILED
    return str((task.error or {})["code"])


def test_a_summary_is_an_output_and_stands_in_the_document(writing: DocumentsYard) -> None:
    document_id = writing.put_text(SOLAR, BEES, language="en")
    metadata = told(writing.do(GENERATION, documentId=document_id, kind="summary"))
    summary = writing.output(document_id, "summary")
    assert summary == writing.document(document_id).summary
    assert summary is not None
    assert "electricity bill" in summary
    assert set(sentences(summary)) < set(sentences(f"{SOLAR} {BEES}"))
    assert (metadata["kind"], metadata["method"]) == ("summary", "extract (LexRank)")
    assert (metadata["fileName"], metadata["pagesRead"]) == ("letter.txt", 2)


def test_keywords_are_a_list_in_the_output_and_in_the_document(writing: DocumentsYard) -> None:
    document_id = writing.put_text(SOLAR)
    metadata = told(writing.do(GENERATION, documentId=document_id, kind="keywords"))
    document = writing.document(document_id)
    assert document.keywords is not None
    assert document.keywords[:2] == ["solar panels", "Battery storage"]
    assert orjson.loads(writing.output(document_id, "keywords") or "") == document.keywords
    assert metadata["method"] == "extract (C-value)"


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("Que mangent les abeilles en hiver ?", "honey"),
        ("Wer hat über die Stromrechnung gesprochen?", "mayor"),
    ],
)
def test_an_answer_is_quoted_whatever_the_language_of_the_question(
    writing_here: DocumentsYard, question: str, quoted: str
) -> None:
    document_id = writing_here.put_text(SOLAR, BEES)
    task = writing_here.do(GENERATION, documentId=document_id, kind="answer", prompt=question)
    answer = writing_here.output(document_id, "answer")
    assert quoted in (answer or "")
    page = 2 if quoted == "honey" else 1
    assert [source["pageNumber"] for source in told(task)["sources"]] == [page]
    assert writing_here.document(document_id).summary is None


@pytest.mark.parametrize("is_embedded", [False, True])
def test_an_answer_is_found_in_any_document_of_a_folder(
    writing: DocumentsYard, is_embedded: bool
) -> None:
    folder_id = writing.folder()
    writing.put_text(SOLAR, folder_id=folder_id)
    bees = writing.put_text(BEES, folder_id=folder_id)
    if is_embedded:
        told(writing.do(EMBEDDING, folderId=folder_id))
    question = "What do bees eat in winter?"
    task = writing.do(GENERATION, folderId=folder_id, kind="answer", prompt=question)
    assert "honey" in (writing.output(folder_id, "answer") or "")
    assert [source["documentId"] for source in told(task)["sources"]] == [bees]
    assert told(task)["folderName"] == "Papers"


def test_a_folder_is_summarised_as_a_whole(writing_here: DocumentsYard) -> None:
    folder_id = writing_here.folder()
    for text in (SOLAR, BEES):
        writing_here.put_text(text, folder_id=folder_id)
    writing_here.put_text("Elsewhere something else is said.")
    metadata = told(writing_here.do(GENERATION, folderId=folder_id, kind="keywords"))
    keywords = orjson.loads(writing_here.output(folder_id, "keywords") or "")
    assert "solar panels" in keywords
    assert {"hive", "bees"} & {word.casefold() for word in keywords}
    assert metadata["documentsRead"] == 2


@pytest.mark.parametrize("pages", [[], [""], ["  \n"]])
def test_where_nothing_is_said_nothing_is_written(
    writing_here: DocumentsYard, pages: list[str]
) -> None:
    document_id = writing_here.put_text(*pages)
    assert refusal(writing_here.do(GENERATION, documentId=document_id, kind="summary")) == "NO_TEXT"


def test_what_is_still_being_read_is_waited_for(writing_here: DocumentsYard) -> None:
    document_id = writing_here.put_text()
    writing_here.request(TRANSCRIPTION, documentId=document_id)
    task = writing_here.do(GENERATION, documentId=document_id, kind="summary")
    assert task.status is Status.PENDING
    assert task.not_before is not None
    assert (task.not_before - task.updated_at).total_seconds() >= 4.9


@pytest.mark.parametrize("named", ["documentId", "folderId"])
def test_what_is_another_accounts_is_not_found(writing_here: DocumentsYard, named: str) -> None:
    target_id = writing_here.put_text(SOLAR) if named == "documentId" else writing_here.folder()
    writing_here.memory.account = writing_here.memory.open_account("another")
    task = writing_here.do(GENERATION, **{named: target_id}, kind="summary")
    assert refusal(task) == "NOT_FOUND"


def test_a_canceled_job_writes_nothing(writing_here: DocumentsYard) -> None:
    document_id = writing_here.put_text(SOLAR)
    payload = {"documentId": document_id, "kind": "summary"}
    context = writing_here.begin(GENERATION, **payload)
    writing_here.memory.cancel(context.task_id)
    assert run(payload, context) == {}


def test_an_endpoint_writes_where_one_is_named(asking: DocumentsYard, server: ChatServer) -> None:
    server.replies.append(saying("Schools have solar panels now."))
    document_id = asking.put_text(SOLAR)
    metadata = told(asking.do(GENERATION, documentId=document_id, kind="summary"))
    assert asking.document(document_id).summary == "Schools have solar panels now."
    assert metadata["method"] == MODEL


def test_an_endpoint_that_is_too_busy_is_asked_again_when_it_says(
    asking: DocumentsYard, server: ChatServer
) -> None:
    server.replies.append(refusing(429, Retry_After="77"))
    task = asking.do(GENERATION, documentId=asking.put_text(SOLAR), kind="summary")
    assert (task.status, task.retry_count) == (Status.PENDING, 1)
    assert task.not_before is not None
    assert 75 < (task.not_before - task.updated_at).total_seconds() < 79


def test_what_an_endpoint_refuses_is_final(asking: DocumentsYard, server: ChatServer) -> None:
    server.replies.append(refusing(404, "no such model"))
    task = asking.do(GENERATION, documentId=asking.put_text(SOLAR), kind="summary")
    assert refusal(task) == "GENERATION_FAILED"
    assert "no such model" in (task.error or {})["message"]
