"""Reading the caller's documents for the request at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.auth import caller
from api.gateway import gateway
from api.jobs.document_text import find_text, read_pages
from api.jobs.document_view import (
    Page,
    Progress,
    document_body,
    file_body,
    listed_body,
    progress_of,
)
from shared.documents.document import get_document, list_documents
from shared.documents.folder import get_folder
from shared.tasks.job_queries import readings


def read_document(document_id: str) -> dict[str, Any]:
    """The caller's document with what it says."""
    account_id = caller().account_id
    with gateway().yard.store.read() as tx:
        document = get_document(tx, account_id, document_id)
        reading = readings(tx, account_id, [document_id]).get(document_id)
        text = find_text(tx, document)
    pages: Sequence[Page] = read_pages(gateway().yard, text)
    return document_body(document, reading, pages)


def read_progress(document_id: str) -> Progress:
    """How far the caller's document is."""
    account_id = caller().account_id
    with gateway().yard.store.read() as tx:
        document = get_document(tx, account_id, document_id)
        reading = readings(tx, account_id, [document_id]).get(document_id)
    return progress_of(document, reading)


def read_documents(query: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The caller's documents (of a folder), newest first."""
    account_id, folder_id = caller().account_id, query.get("folderId")
    with gateway().yard.store.read() as tx:
        if folder_id is not None:
            get_folder(tx, account_id, folder_id)
        found = list_documents(
            tx, account_id, folder_id=folder_id, limit=query["limit"], offset=query["offset"]
        )
        standing = readings(tx, account_id, [document.id for document in found])
    return [listed_body(document, standing.get(document.id)) for document in found]


def read_files(folder_id: str) -> list[dict[str, Any]]:
    """The files of the caller's folder, newest first."""
    account_id = caller().account_id
    with gateway().yard.store.read() as tx:
        get_folder(tx, account_id, folder_id)
        found = list_documents(tx, account_id, folder_id=folder_id)
    return [file_body(document) for document in found]
