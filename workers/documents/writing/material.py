"""The pages to write about: the text of a document, or of all documents of a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from shared.blobs import find_key
from shared.db import Transaction
from shared.documents.document import Document, get_document, list_documents
from shared.documents.folder import get_folder
from shared.errors import TaskError
from shared.tasks.status import FINAL
from shared.tasks.task import tasks
from shared.tasks.task_type import Context, Payload
from workers.documents.writing.page import Page

READERS = ("EXTRACTION", "TRANSCRIPTION")
WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a payload names: itself for the job's metadata, and the documents to read."""

    shown: Mapping[str, Any]
    documents: Sequence[Document]
    keys: Mapping[str, str]
    """Where the text of each document is, by its id, for those that have one."""
    is_being_read: bool


def find_target(context: Context, payload: Payload) -> Target:
    """The account's document or folder; `NotFound`."""
    with context.yard.store.read() as tx:
        shown, found = _named(tx, context.account_id, payload)
        keys = {d.id: find_key(tx, d.text_sha256) for d in found if d.text_sha256}
        return Target(
            shown=shown,
            documents=found,
            keys={document_id: key for document_id, key in keys.items() if key},
            is_being_read=_are_read(tx, context.account_id, [d.id for d in found]),
        )


def read_pages(context: Context, target: Target) -> list[Page]:
    """The pages of the target's documents on which something is said.

    `NO_TEXT` where there are none; it may be tried again while they are being read.
    """
    pages = [
        page
        for document in target.documents
        if document.id in target.keys
        for page in _pages(document, context.yard.blobs.read(target.keys[document.id]))
    ]
    if pages:
        return pages
    if target.is_being_read:
        message = "What there is to write about is still being read."
        raise TaskError(message, code="NO_TEXT", delay_seconds=WAIT_SECONDS)
    raise TaskError("There is no text to write about.", retryable=False, code="NO_TEXT")


def _named(
    tx: Transaction, account_id: str, payload: Payload
) -> tuple[dict[str, Any], list[Document]]:
    if payload.get("documentId"):
        document = get_document(tx, account_id, payload["documentId"])
        return {"fileName": document.name}, [document]
    folder = get_folder(tx, account_id, payload["folderId"])
    inside = list_documents(tx, account_id, folder_id=folder.id)
    return {"folderName": folder.name}, inside[::-1]


def _are_read(tx: Transaction, account_id: str, document_ids: Sequence[str]) -> bool:
    """Whether a task that reads one of them is not over."""
    over = tasks.c.status.in_([status.value for status in FINAL])
    query = select(tasks.c.id).where(
        tasks.c.account_id == account_id,
        tasks.c.target_id.in_(document_ids),
        tasks.c.type.in_(READERS),
        ~over,
    )
    return bool(document_ids) and tx.first(query.limit(1)) is not None


def _pages(document: Document, content: bytes) -> list[Page]:
    texts = [(p.get("pageNumber"), p.get("text") or "") for p in orjson.loads(content)["pages"]]
    language = document.language or _detected(" ".join(text for _, text in texts[:5]))
    return [
        Page(
            document_id=document.id,
            title=document.title or document.name,
            number=number,
            language=language,
            text=text,
        )
        for number, text in texts
        if text.strip()
    ]


def _detected(text: str) -> str | None:
    if not text.strip():
        return None
    from py3langid import classify

    return str(classify(text[:3000])[0])
