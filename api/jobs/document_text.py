"""What a document says, page by page, from the blob store."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from api.jobs.document_view import Page
from shared.blobs import key_of
from shared.db import Transaction
from shared.documents.document import Document
from shared.yard import Yard


def find_text(tx: Transaction, document: Document) -> str | None:
    """The key of what ``document`` says; None while it has not been read."""
    return key_of(tx, document.text_sha256) if document.text_sha256 else None


def read_pages(yard: Yard, text: str | None) -> Sequence[Page]:
    """The pages in the blob ``text``; none without one.

    Not while a connection to the store is held: a blob store may take its time, and all other
    requests want one.
    """
    if text is None:
        return ()
    with yard.blobs.open(text) as content:
        pages: Sequence[Page] = orjson.loads(content.read())["pages"]
    return pages
