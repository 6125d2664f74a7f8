"""What an owner deletes is gone in one commit, with its jobs."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select

from shared.clock import FakeClock
from shared.documents.chunk import chunks
from shared.documents.document import folders_of, get_document, list_documents
from shared.documents.folder import get_folder, list_folders
from shared.documents.output import find_output, put_output
from shared.documents.removal import remove_document, remove_folder, take_out
from shared.documents.retention import purge_deleted
from shared.errors import NotFound
from shared.ids import new_id
from shared.tasks.status import Status
from tests.integration.documents.conftest import Library

DAY_SECONDS = 86_400


def put_chunk(library: Library, folder_id: str, document_id: str) -> None:
    """Let a search in the folder find the document."""
    with library.yard.store.begin() as tx:
        row = {
            "account_id": library.account_id, "folder_id": folder_id, "document_id": document_id,
            "position": 0, "text": "content", "text_hash": "0", "model": "any", "vector": b"",
        }  # fmt: skip
        tx.execute(insert(chunks).values(row))
        put_output(tx, document_id, "summary", "0" * 64, "text/plain")


def chunk_count(library: Library) -> int:
    """How many chunks there are."""
    with library.yard.store.read() as tx:
        return int(tx.rows(select(func.count()).select_from(chunks))[0][0])


def test_a_deleted_document_is_nowhere_any_more(library: Library) -> None:
    folder = library.folder()
    taken = library.bring(b"content", folder.id)
    put_chunk(library, folder.id, taken.document_id)

    with library.yard.store.begin() as tx:
        remove_document(tx, library.account_id, taken.document_id, actor="tests")

    assert chunk_count(library) == 0
    with library.yard.store.read() as tx:
        assert list_documents(tx, library.account_id) == []
        assert list_documents(tx, library.account_id, folder_id=folder.id) == []
        assert folders_of(tx, taken.document_id) == []
        assert find_output(tx, taken.document_id, "summary") is None
        assert get_folder(tx, library.account_id, folder.id).revision > folder.revision
        with pytest.raises(NotFound):
            get_document(tx, library.account_id, taken.document_id)


def test_jobs_of_what_is_deleted_are_canceled_and_hidden(library: Library) -> None:
    taken = library.bring(b"content")
    running = library.bring(b"other")
    library.memory.claim(*(t.id for t in library.jobs(running.document_id)))

    with library.yard.store.begin() as tx:
        for document_id in (taken.document_id, running.document_id):
            remove_document(tx, library.account_id, document_id, actor="tests")

    (waiting,), (going,) = library.jobs(taken.document_id), library.jobs(running.document_id)
    assert (waiting.status, waiting.hidden) == (Status.CANCELED, True)
    assert going.hidden
    assert going.cancel_requested_at is not None


def test_a_document_taken_out_of_a_folder_is_kept(library: Library) -> None:
    folder = library.folder()
    taken = library.bring(b"content", folder.id)
    put_chunk(library, folder.id, taken.document_id)

    with library.yard.store.begin() as tx:
        take_out(tx, library.account_id, folder.id, taken.document_id)

    assert chunk_count(library) == 0
    with library.yard.store.read() as tx:
        assert [d.id for d in list_documents(tx, library.account_id)] == [taken.document_id]
    with library.yard.store.begin() as tx, pytest.raises(NotFound):
        take_out(tx, library.account_id, folder.id, taken.document_id)


def test_the_documents_of_a_deleted_folder_are_kept(library: Library) -> None:
    folder = library.folder()
    taken = library.bring(b"content", folder.id)
    put_chunk(library, folder.id, taken.document_id)

    with library.yard.store.begin() as tx:
        remove_folder(tx, library.account_id, folder.id, actor="tests")

    assert chunk_count(library) == 0
    with library.yard.store.read() as tx:
        assert list_folders(tx, library.account_id) == []
        assert [d.id for d in list_documents(tx, library.account_id)] == [taken.document_id]


@pytest.mark.parametrize("remove", [remove_document, remove_folder])
def test_what_another_account_has_cannot_be_deleted(library: Library, remove: object) -> None:
    folder = library.folder()
    taken = library.bring(b"content", folder.id)
    wanted = folder.id if remove is remove_folder else taken.document_id

    for account_id, target_id in ((new_id(), wanted), (library.account_id, new_id())):
        with library.yard.store.begin() as tx, pytest.raises(NotFound):
            remove(tx, account_id, target_id, actor="tests")  # type: ignore[operator]


def test_rows_of_what_was_deleted_go_after_the_retention(
    library: Library, clock: FakeClock
) -> None:
    folder, kept = library.folder(), library.folder("Bills")
    gone, stays = (library.bring(content, folder.id) for content in (b"one", b"two"))
    with library.yard.store.begin() as tx:
        remove_document(tx, library.account_id, gone.document_id, actor="tests")
        remove_folder(tx, library.account_id, folder.id, actor="tests")

    clock.advance(29 * DAY_SECONDS)
    assert library.yard.store.transact(lambda tx: purge_deleted(tx, 30)) == 0
    clock.advance(2 * DAY_SECONDS)
    assert library.yard.store.transact(lambda tx: purge_deleted(tx, 30)) == 2

    with library.yard.store.read() as tx:
        assert [f.id for f in list_folders(tx, library.account_id)] == [kept.id]
        left = list_documents(tx, library.account_id)
    assert [d.id for d in left] == [stays.document_id]
