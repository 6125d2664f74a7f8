"""A document as its owner sees it, and how far its reading is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.jobs.dialect import present, status_word
from shared.documents.document import Document
from shared.moments import time_text
from shared.tasks.job_queries import Reading
from shared.tasks.status import Status

NEVER_READ = "The document was not read; ask for it by reextract."
Page = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of a document is; ``error`` where it failed."""

    status: str
    error: str | None = None


def progress_of(document: Document, reading: Reading | None) -> Progress:
    """By its newest reading; jobs are not kept for ever, and what was read outlives them."""
    if reading is None:
        is_read = document.text_sha256 is not None
        return Progress("DONE") if is_read else Progress("ERROR", NEVER_READ)
    failed = reading.status is Status.FAILED
    error = str((reading.error or {}).get("message", "")) if failed else None
    return Progress(status_word(reading.status), error)


def document_body(
    document: Document, reading: Reading | None, pages: Sequence[Page]
) -> dict[str, Any]:
    """The whole document."""
    progress = progress_of(document, reading)
    body = {
        "documentId": document.id,
        "status": progress.status,
        "title": document.title or document.name,
        "content": "\n\n".join(page["text"] for page in pages),
        "pages": [page_body(page) for page in pages],
        "metadata": metadata_body(document),
        "totalWords": document.word_count or 0,
    }
    told = {
        "summary": document.summary,
        "keywords": document.keywords,
        "error": progress.error,
    }
    return body | present(told)


def page_body(page: Page) -> dict[str, Any]:
    """One page; tables only where there are any."""
    body = {"pageNumber": page["pageNumber"], "text": page["text"]}
    return body | ({"tables": page["tables"]} if page.get("tables") else {})


def metadata_body(document: Document) -> dict[str, Any]:
    """What was found out about the document; null for what it does not say."""
    extraction = document.extraction or {}
    return {
        "author": document.author,
        "creationDate": extraction.get("creationDate"),
        "modificationDate": extraction.get("modificationDate"),
        "pageCount": document.page_count,
        "language": document.language,
        "format": extraction.get("format"),
        "extractionTime": extraction.get("seconds"),
    }


def listed_body(document: Document, reading: Reading | None) -> dict[str, Any]:
    """The document in a list: without what it says."""
    progress = progress_of(document, reading)
    body = {
        "documentId": document.id,
        "status": progress.status,
        "title": document.title or document.name,
        "name": document.name,
        "size": document.size_bytes,
        "mimetype": document.mime_type,
        "totalWords": document.word_count or 0,
        "createdAt": time_text(document.created_at),
        "updatedAt": time_text(document.updated_at),
    }
    return body | present({"error": progress.error})


def file_body(document: Document) -> dict[str, Any]:
    """The document as a file of a folder."""
    return {
        "id": document.id,
        "name": document.name,
        "size": document.size_bytes,
        "mimetype": document.mime_type,
    }
