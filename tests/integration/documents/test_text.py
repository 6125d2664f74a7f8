"""What was read in a document is written with its task's end, and its folders follow."""

from __future__ import annotations

from shared.documents.document import get_document, put_in_folder
from shared.documents.removal import remove_document
from shared.documents.text import DEBOUNCE
from shared.tasks.status import Status
from tests.integration.documents.conftest import Library


def test_the_text_stands_in_the_document_once_its_task_is_completed(library: Library) -> None:
    taken = library.bring(b"content")

    library.read(taken.document_id)

    with library.yard.store.read() as tx:
        document = get_document(tx, library.account_id, taken.document_id)
    assert (document.title, document.word_count) == ("A letter", 2)
    assert document.text_sha256 is not None
    assert [t.status for t in library.jobs(taken.document_id)] == [Status.COMPLETED]


def test_every_folder_of_the_document_is_embedded_a_moment_later(library: Library) -> None:
    letters, bills = library.folder(), library.folder("Bills")
    taken = library.bring(b"content", letters.id)
    with library.yard.store.begin() as tx:
        put_in_folder(tx, bills.id, taken.document_id)

    library.read(taken.document_id)

    for folder in (letters, bills):
        (task,) = library.jobs(folder.id)
        assert task.type == "EMBEDDING"
        assert task.not_before is not None
        assert task.not_before - task.created_at == DEBOUNCE


def test_documents_read_in_a_row_share_one_embedding(library: Library) -> None:
    folder = library.folder()
    for content in (b"one", b"two", b"three"):
        library.read(library.bring(content, folder.id).document_id)

    assert len(library.jobs(folder.id)) == 1


def test_a_document_that_was_deleted_meanwhile_stays_deleted(library: Library) -> None:
    folder = library.folder()
    taken = library.bring(b"content", folder.id)
    (task,) = library.memory.claim(*(t.id for t in library.jobs(taken.document_id)))
    with library.yard.store.begin() as tx:
        remove_document(tx, library.account_id, taken.document_id, actor="tests")

    library.finish(task)

    assert library.memory.status(task.id) is Status.COMPLETED
    assert library.jobs(folder.id) == []


def test_what_was_read_in_an_older_content_is_not_written(library: Library) -> None:
    taken = library.bring(b"new")
    (task,) = library.memory.claim(*(t.id for t in library.jobs(taken.document_id)))

    library.finish(task, of=b"old")

    assert library.memory.status(task.id) is Status.COMPLETED
    with library.yard.store.read() as tx:
        document = get_document(tx, library.account_id, taken.document_id)
    assert document.text_sha256 is None
