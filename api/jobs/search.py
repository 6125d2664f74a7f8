"""Searching in the caller's folder."""

from __future__ import annotations

from typing import Any

from api.auth import caller
from api.failure import Kind, Rejected
from api.gateway import gateway
from shared.documents.folder import get_folder
from shared.vectors.embedder import EmbedderFailed
from shared.vectors.search import Found


def find(folder_id: str, question: str, limit: int) -> list[dict[str, Any]]:
    """What the folder's documents say about ``question``, best first; 503 without a model."""
    with gateway().yard.store.read() as tx:
        get_folder(tx, caller().account_id, folder_id)
    try:
        found = gateway().searcher.search(folder_id, question, limit)
    except EmbedderFailed as error:
        raise Rejected(Kind.UNAVAILABLE, str(error)) from error
    return [found_body(one) for one in found]


def found_body(found: Found) -> dict[str, Any]:
    """One find."""
    return {
        "documentId": found.document_id,
        "title": found.title,
        "pageNumber": found.page_number,
        "text": found.text,
        "score": round(found.score, 4),
    }
