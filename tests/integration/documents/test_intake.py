"""Files come in: documents are made, contents are kept once, and somebody reads them."""

from __future__ import annotations

import pytest

from shared.documents.document import get_document, list_documents
from shared.documents.intake import Arrival, hearing, take_in_again
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from shared.tasks import dispatch
from shared.tasks.status import Status
from tests.integration.documents.conftest import Library
from tests.memory_yard import in_threads


@pytest.mark.parametrize(
    ("mime_type", "job"),
    [
        ("text/plain", "EXTRACTION"),
        ("application/pdf", "EXTRACTION"),
        ("audio/wav", "TRANSCRIPTION"),
        ("video/mp4", "TRANSCRIPTION"),
    ],
)
def test_what_is_heard_is_transcribed_and_all_else_is_read(
    library: Library, mime_type: str, job: str
) -> None:
    taken = library.bring(b"content", mime_type=mime_type)

    assert [t.type for t in library.jobs(taken.document_id)] == [job]


def test_the_same_content_is_kept_once_in_a_folder(library: Library) -> None:
    letters, bills = library.folder(), library.folder("Bills")
    first = library.bring(b"content", letters.id)
    again = library.bring(b"content", letters.id)
    elsewhere = library.bring(b"content", bills.id)

    assert first.is_new
    assert (again.document_id, again.is_new) == (first.document_id, False)
    assert elsewhere.is_new
    with library.yard.store.read() as tx:
        here = list_documents(tx, library.account_id, folder_id=letters.id)
    assert [d.id for d in here] == [first.document_id]


def test_the_same_content_is_kept_once_outside_of_folders(library: Library) -> None:
    inside = library.bring(b"content", library.folder().id)
    first, again = library.bring(b"content"), library.bring(b"content")

    assert first.document_id == again.document_id != inside.document_id


def test_uploads_at_the_same_time_make_one_document(library: Library) -> None:
    folder = library.folder()

    taken = in_threads(6, lambda _: library.bring(b"content", folder.id))

    assert len({t.document_id for t in taken}) == 1
    assert len(library.tasks()) == 1


def test_a_file_for_an_unknown_folder_leaves_no_row(library: Library) -> None:
    written = library.yard.blobs.write(b"content")
    arrival = Arrival(name="a.txt", mime_type="text/plain", written=written)

    with pytest.raises(NotFound):
        library.take(arrival, new_id())

    assert not library.is_kept(written)
    assert library.tasks() == []


def test_a_job_that_this_yard_cannot_do_is_said_to_be_missing(library: Library) -> None:
    del library.yard.registry.types["TRANSCRIPTION"]

    with pytest.raises(NotFound, match="TRANSCRIPTION is not available"):
        library.bring(b"content", mime_type="audio/wav")


def test_a_changed_file_is_read_again_under_its_old_id(library: Library) -> None:
    taken = library.bring(b"old")
    library.read(taken.document_id, b'{"old": true}')
    arrival = Arrival(
        name="b.txt", mime_type="text/plain", written=library.yard.blobs.write(b"new"),
        origin_tag="2",
    )  # fmt: skip

    dispatch.request(
        library.yard,
        lambda tx: (
            take_in_again(
                tx, library.yard.registry, library.account_id, taken.document_id, arrival
            ).drafts
        ),
    )

    with library.yard.store.read() as tx:
        document = get_document(tx, library.account_id, taken.document_id)
    assert (document.name, document.size_bytes, document.origin_tag) == ("b.txt", 3, "2")
    assert document.text_sha256 is not None
    assert [t.status for t in library.jobs(taken.document_id)] == [
        Status.COMPLETED,
        Status.QUEUED,
    ]


def test_only_what_may_be_a_recording_is_transcribed(library: Library) -> None:
    registry = library.yard.registry
    unread = library.bring(b"one", mime_type="application/octet-stream").document_id
    text = library.bring(b"two").document_id
    sound = library.bring(b"three", mime_type="audio/wav").document_id
    for document_id in (text, sound):
        library.read(document_id)

    with library.yard.store.read() as tx:
        found = {i: get_document(tx, library.account_id, i) for i in (unread, text, sound)}
    for document_id in (unread, sound):
        assert hearing(registry, found[document_id]).task_type.name == "TRANSCRIPTION"
    with pytest.raises(Conflict, match="no recording"):
        hearing(registry, found[text])
