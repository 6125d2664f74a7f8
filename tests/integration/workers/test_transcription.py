"""Somebody reads aloud, Whisper listens: real speech, the real model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from shared.db import Store
from shared.documents.removal import remove_document
from shared.ids import new_id
from shared.settings import Settings
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks
from tests.documents.recordings import record, silence, spoken
from tests.documents_yard import DocumentsYard
from tests.memory_yard import WORKER
from workers.documents.embedding import EMBEDDING
from workers.documents.speech.recogniser import load
from workers.documents.speech.weights import model_folder
from workers.documents.transcription import TRANSCRIPTION, run
from workers.execute import execute

ENGLISH = "The train to London leaves at nine o'clock. Please bring the green suitcase."
FRENCH = "Le train pour Paris part demain matin à neuf heures."


@pytest.fixture(scope="session")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model from the wheels, put together once for all tests."""
    return model_folder(tmp_path_factory.mktemp("home"), None)


@pytest.fixture
def hearing_settings(settings: Settings, whisper: Path) -> Settings:
    """Settings that name the model, as an operator's do who has another."""
    return replace(settings, whisper_model=whisper)


@pytest.fixture
def hearing(store: Store, hearing_settings: Settings) -> DocumentsYard:
    """A yard that hears, on each kind of store."""
    return DocumentsYard(store, hearing_settings, [TRANSCRIPTION, EMBEDDING])


@pytest.fixture
def hearing_here(sqlite_store: Store, hearing_settings: Settings) -> DocumentsYard:
    """The same on one kind of store, for what no store decides."""
    return DocumentsYard(sqlite_store, hearing_settings, [TRANSCRIPTION, EMBEDDING])


def followers(yard: DocumentsYard, target_id: str) -> list[str]:
    """The types of the jobs that wait for the target."""
    with yard.store.read() as tx:
        rows = tx.rows(select(tasks.c.type).where(tasks.c.target_id == target_id))
    return [row.type for row in rows]


def test_what_is_said_becomes_the_documents_text_and_its_subtitles(
    hearing: DocumentsYard, tmp_path: Path
) -> None:
    folder = hearing.folder()
    document_id = hearing.put(record(tmp_path / "talk.mp4", spoken(ENGLISH)), folder)

    task = hearing.do(TRANSCRIPTION, documentId=document_id)

    assert task.status is Status.COMPLETED, task.error
    (page,) = hearing.text(document_id)["pages"]
    for word in ("train", "London", "green suitcase"):
        assert word in page["text"]
    ends = [segment["end"] for segment in page["segments"]]
    assert ends == sorted(ends)
    assert 3 < ends[-1] < 7
    srt, vtt = hearing.output(document_id, "srt"), hearing.output(document_id, "vtt")
    assert srt is not None
    assert srt.startswith("1\n00:00:00,")
    assert vtt is not None
    assert vtt.startswith("WEBVTT\n\n00:00:00.")
    assert "green suitcase" in srt
    assert "green suitcase" in vtt
    document = hearing.document(document_id)
    assert (document.language, document.page_count) == ("en", 1)
    assert document.word_count == pytest.approx(13, abs=2)
    assert followers(hearing, folder) == ["EMBEDDING"]
    assert_told(task)


def assert_told(task: Task) -> None:
    """The job says all there is to know."""
    assert task.result is not None
    told = task.result["metadata"]
    assert told["audioSeconds"] == told["secondsDone"] == pytest.approx(5, abs=1.5)
    assert (told["fileName"], told["mimeType"]) == ("talk.mp4", "video/mp4")
    assert told["language"] == "en"
    assert task.detail is not None
    assert task.detail["fileName"] == "talk.mp4"


def test_the_language_is_found_out(hearing_here: DocumentsYard, tmp_path: Path) -> None:
    file = record(tmp_path / "parole.mp3", spoken(FRENCH, "fr-FR"))
    document_id = hearing_here.put(file)
    hearing_here.do(TRANSCRIPTION, documentId=document_id)
    assert hearing_here.document(document_id).language == "fr"
    text = hearing_here.text(document_id)["pages"][0]["text"]
    assert "demain matin" in text
    assert "Paris" in text


def test_silence_is_no_error_and_no_words(hearing_here: DocumentsYard, tmp_path: Path) -> None:
    document_id = hearing_here.put(record(tmp_path / "quiet.flac", silence(3)))
    task = hearing_here.do(TRANSCRIPTION, documentId=document_id)
    assert task.status is Status.COMPLETED
    assert hearing_here.text(document_id)["pages"] == [
        {"pageNumber": 1, "text": "", "segments": []}
    ]
    assert hearing_here.document(document_id).language is None
    assert hearing_here.output(document_id, "vtt") == "WEBVTT\n\n"


def test_a_file_that_cannot_be_heard_is_not_tried_again(
    hearing_here: DocumentsYard, tmp_path: Path
) -> None:
    (tmp_path / "talk.wav").write_bytes(b"%PDF-1.7 and so on")
    document_id = hearing_here.put(tmp_path / "talk.wav")
    task = hearing_here.do(TRANSCRIPTION, documentId=document_id)
    assert task.status is Status.FAILED
    assert task.error is not None
    assert task.error["code"] == "EXTRACTION_FAILED"
    assert "looks like a PDF file" in task.error["message"]
    assert (task.detail or {})["fileName"] == "talk.wav"


def test_another_accounts_document_is_not_found(
    hearing_here: DocumentsYard, tmp_path: Path
) -> None:
    document_id = hearing_here.put(record(tmp_path / "quiet.wav", silence(1)))
    hearing_here.memory.account = hearing_here.memory.open_account("another")
    task = hearing_here.do(TRANSCRIPTION, documentId=document_id)
    assert (task.status, (task.error or {})["code"]) == (Status.FAILED, "NOT_FOUND")


def test_what_is_no_id_is_not_found(hearing_here: DocumentsYard) -> None:
    for document_id in ("x", new_id()):
        task = hearing_here.do(TRANSCRIPTION, documentId=document_id)
        assert (task.error or {})["code"] == "NOT_FOUND"


def test_a_canceled_job_stops_listening(hearing_here: DocumentsYard, tmp_path: Path) -> None:
    document_id = hearing_here.put(record(tmp_path / "talk.wav", spoken(ENGLISH)))
    context = hearing_here.begin(TRANSCRIPTION, documentId=document_id)
    hearing_here.memory.cancel(context.task_id)
    assert run({"documentId": document_id}, context) == {}
    assert len(context.told) <= 2


def test_progress_follows_the_sound(hearing_here: DocumentsYard, tmp_path: Path) -> None:
    document_id = hearing_here.put(record(tmp_path / "talk.wav", spoken(ENGLISH)))
    context = hearing_here.begin(TRANSCRIPTION, documentId=document_id)
    run({"documentId": document_id}, context)
    seconds = [detail["secondsDone"] for _, detail in context.told]
    assert seconds == sorted(seconds)
    assert seconds[0] == 0
    assert len(set(seconds)) >= 3
    assert all(0 <= percent <= 99 for percent, _ in context.told)


def test_a_document_deleted_meanwhile_gets_no_subtitles(
    hearing: DocumentsYard, tmp_path: Path
) -> None:
    document_id = hearing.put(record(tmp_path / "quiet.wav", silence(1)))
    task_id = hearing.request(TRANSCRIPTION, documentId=document_id)
    with hearing.store.begin() as tx:
        remove_document(tx, hearing.account_id, document_id, actor="tests")
    execute(hearing.yard, TRANSCRIPTION, [task_id], WORKER)
    assert hearing.memory.status(task_id) is Status.CANCELED
    assert hearing.output(document_id, "srt") is None


def test_the_model_is_loaded_once(whisper: Path) -> None:
    assert load(whisper) is load(whisper)
