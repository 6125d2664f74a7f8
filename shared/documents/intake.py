"""A file comes in: it becomes a document, and the task that reads it is drafted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.blobs import Written, keep
from shared.db import Transaction
from shared.documents.document import (
    Document,
    add_document,
    change_document,
    find_same,
    get_document,
)
from shared.documents.folder import get_folder
from shared.errors import Conflict, NotFound
from shared.tasks.draft import Draft
from shared.tasks.registry import Registry

DIALECT = "jobs"
HEARD = ("audio/", "video/")
"""Types that are transcribed; all others are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file whose content is in the blob store, and what is known of it."""

    name: str
    mime_type: str
    written: Written
    origin: str | None = None
    origin_tag: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an arrival: its document, and the drafts of tasks that follow."""

    document_id: str
    is_new: bool
    drafts: Sequence[Draft]


def take_in(
    tx: Transaction,
    registry: Registry,
    account_id: str,
    arrival: Arrival,
    folder_id: str | None = None,
) -> Taken:
    """Make ``arrival`` a document; the same content is kept once in a folder.

    `NotFound` where the account has no such folder. The drafts are for `dispatch.request`, in
    the same transaction.
    """
    if folder_id is not None:
        get_folder(tx, account_id, folder_id, for_update=True)
    else:
        tx.lock(f"intake/{account_id}")
    keep(tx, arrival.written)
    same = find_same(tx, account_id, folder_id, arrival.written.sha256)
    if same is not None and arrival.origin is None:
        return Taken(same, is_new=False, drafts=())
    document = add_document(
        tx,
        account_id,
        name=arrival.name,
        size_bytes=arrival.written.size_bytes,
        mime_type=arrival.mime_type,
        sha256=arrival.written.sha256,
        folder_id=folder_id,
        origin=arrival.origin,
        origin_tag=arrival.origin_tag,
    )
    return Taken(document.id, is_new=True, drafts=(reading(registry, document),))


def take_in_again(
    tx: Transaction, registry: Registry, account_id: str, document_id: str, arrival: Arrival
) -> Taken:
    """Give a document that a sync owns its new content; what was read of the old stays until
    the new is read."""
    document = get_document(tx, account_id, document_id, for_update=True)
    keep(tx, arrival.written)
    change_document(
        tx,
        document_id,
        name=arrival.name,
        size_bytes=arrival.written.size_bytes,
        mime_type=arrival.mime_type,
        sha256=arrival.written.sha256,
        origin_tag=arrival.origin_tag,
    )
    if document.sha256 == arrival.written.sha256:
        return Taken(document_id, is_new=False, drafts=())
    return Taken(document_id, is_new=False, drafts=(reading(registry, document),))


def reading(registry: Registry, document: Document) -> Draft:
    """The task that reads ``document``: TRANSCRIPTION of what can be heard, else EXTRACTION."""
    is_heard = document.mime_type.startswith(HEARD)
    name = "TRANSCRIPTION" if is_heard else "EXTRACTION"
    return job(registry, document.account_id, name, {"documentId": document.id})


def hearing(registry: Registry, document: Document) -> Draft:
    """The task that transcribes ``document``; `Conflict` where it was read and is no recording."""
    if document.text_sha256 and not document.mime_type.startswith(HEARD):
        raise Conflict(f"The document is no recording: its type is {document.mime_type}.")
    return job(registry, document.account_id, "TRANSCRIPTION", {"documentId": document.id})


def job(registry: Registry, account_id: str, name: str, payload: dict[str, object]) -> Draft:
    """A draft of the job ``name``; `NotFound` where this yard cannot do it."""
    kind = registry.get(name)
    if kind is None:
        raise NotFound(f"{name} is not available on this server.")
    return Draft(account_id=account_id, task_type=kind, payload=payload, dialect=DIALECT)
