"""Reading one document: from its file to its text in the blob store, and what is told of it."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import orjson

from shared.documents.document import Document
from shared.documents.text import text_result
from shared.errors import TaskyardError
from shared.tasks.task_type import Context
from workers.documents.reading.read import read
from workers.documents.reading.reading import Reading
from workers.documents.reading.refusal import Unreadable

log = logging.getLogger(__name__)
QUICK_SECONDS = 0.25
"""What is read sooner has no progress to tell, and cannot be stopped."""


class Stopped(Exception):
    """The task was canceled while the file was read."""


def extract(file: Path, document: Document, context: Context) -> dict[str, Any]:
    """The handler's result; nothing of worth where the task was canceled meanwhile."""
    begun = time.monotonic()
    known = {
        "fileName": document.name,
        "fileSize": document.size_bytes,
        "mimeType": document.mime_type,
    }

    def tell(done: int, count: int) -> None:
        if time.monotonic() - begun < QUICK_SECONDS:
            return
        context.progress(99 * done / count, **known, pageCount=count, pagesDone=done)
        if context.canceled():
            raise Stopped

    try:
        reading = read(file, document.name, document.mime_type, tell)
    except Stopped:
        return {}
    except Unreadable:
        context.progress(0, **known)
        raise
    except (TaskyardError, OSError, ImportError, MemoryError):
        raise
    except Exception as error:  # whatever a library makes of a bad file, it would make again
        log.exception("reading a file broke")
        context.progress(0, **known)
        raise Unreadable(f"The file cannot be read ({type(error).__name__}).") from error
    seconds = round(time.monotonic() - begun, 3)
    return _result(reading, document.sha256, known, seconds, context)


def _result(
    reading: Reading, of: str, known: dict[str, Any], seconds: float, context: Context
) -> dict[str, Any]:
    """The text written to the blob store, to be kept when the task is completed."""
    facts, count = reading.facts, len(reading.pages)
    found = {"mimeType": reading.mime_type, "extractionMethod": reading.method}
    return text_result(
        of,
        context.yard.blobs.write(orjson.dumps(reading.document())),
        {**known, **found, "pageCount": count, "pagesDone": count},
        mime_type=reading.mime_type,
        title=facts.title,
        language=reading.language,
        author=facts.author,
        page_count=count,
        word_count=reading.word_count,
        extraction={
            "method": reading.method,
            "format": reading.format,
            "creationDate": facts.created_at,
            "modificationDate": facts.modified_at,
            "seconds": seconds,
        },
    )
