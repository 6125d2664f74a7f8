"""Files of a request become documents, in one commit with the jobs that read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from api.auth import caller
from api.failure import Kind, Rejected
from api.gateway import gateway
from api.idempotency.once import identified, requested
from api.jobs.document_view import progress_of
from api.jobs.refusals import refused
from api.uploads import FILE, Check, Upload, UploadedFile, uploaded
from shared.db import Transaction
from shared.documents.document import get_document
from shared.documents.intake import Arrival, Taken, reading, take_in
from shared.documents.media_type import media_type_of
from shared.tasks.draft import Draft
from shared.tasks.job_queries import readings


@contextmanager
def received(check: Check = lambda _: None) -> Iterator[Upload]:
    """The request's form and its files, of which there is one at least.

    ``check`` sees the fields that come before a file, and may refuse them before that is read.
    """
    with gateway().upload_seats.seat(), uploaded(gateway().yard, check) as upload:
        identified(upload)
        if not upload.files:
            raise no_file()
        yield upload


def no_file() -> Rejected:
    """The refusal of a form without a file."""
    detail = f"{FILE}: is required: a file in a multipart/form-data body."
    return Rejected(Kind.INVALID_FIELD, detail, code="NO_FILE")


def one_file(upload: Upload) -> UploadedFile:
    """The only file of the form."""
    if len(upload.files) > 1:
        raise refused(FILE, "must be one file; POST /api/upload takes several.")
    return upload.files[0]


def stored(files: Sequence[UploadedFile], folder_id: str | None) -> list[str]:
    """Make ``files`` documents of the caller, all or none; their ids, in order.

    What lies in the folder already is kept once, and tried again where it could not be read.
    `NotFound` where there is no such folder.
    """
    registry, account_id = gateway().yard.registry, caller().account_id
    ids: list[str] = []

    def ask(tx: Transaction) -> list[Draft]:
        taken = [take_in(tx, registry, account_id, arrival_of(f), folder_id) for f in files]
        ids[:] = [one.document_id for one in taken]
        return [draft for one in taken for draft in (one.drafts or _again(tx, one))]

    return requested(ask, lambda _: ids)


def _again(tx: Transaction, known: Taken) -> list[Draft]:
    """The task that reads a document once more that could not be read."""
    account_id, document_id = caller().account_id, known.document_id
    document = get_document(tx, account_id, document_id)
    standing = readings(tx, account_id, [document_id]).get(document_id)
    is_unread = progress_of(document, standing).status == "ERROR"
    return [reading(gateway().yard.registry, document)] if is_unread else []


def arrival_of(file: UploadedFile) -> Arrival:
    """``file`` as the yard takes it in."""
    media_type = media_type_of(file.name, file.mime_type)
    return Arrival(name=file.name, mime_type=media_type, written=file.written)
