"""EXTRACTION: reads the text, the tables and the facts of a document, whatever its format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from shared.blobs import key_of
from shared.db import Transaction
from shared.documents.document import get_document
from shared.documents.text import settle_text
from shared.errors import Refused, TaskError, TaskTimeout, Unavailable
from shared.tasks.draft import Draft
from shared.tasks.outcome import Completed
from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import Context, Payload, TaskType
from workers.documents.embedding import EMBEDDING

MINUTES = 60.0
NEEDS = "Documents cannot be read on this server: pip install 'taskyard[documents]'."


class ExtractionPayload(Schema):
    """The document to read."""

    documentId = fields.String(  # noqa: N815 - the dialect's word
        required=True, validate=validate.Length(min=1, max=36)
    )


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Read the document's file, and tell how many of its pages are done."""
    try:
        return _read(str(payload["documentId"]), context)
    except Refused as error:
        raise TaskError(str(error), retryable=False, code=error.code) from error
    except Unavailable as error:
        raise TaskError(str(error), code="UNAVAILABLE") from error
    except TaskTimeout as error:  # the same file would take as long again
        raise TaskError(error.message, retryable=False, code=error.code) from error
    except ImportError as error:
        raise TaskError(NEEDS, retryable=False, code="LIBRARY_MISSING") from error


def _read(document_id: str, context: Context) -> dict[str, Any]:
    from workers.documents.reading.extract import extract

    with context.yard.store.read() as tx:
        document = get_document(tx, context.account_id, document_id)
        key = key_of(tx, document.sha256)
    with context.yard.blobs.local(key) as file:
        return extract(file, document, context)


def settle(tx: Transaction, completed: Sequence[Completed]) -> list[Draft]:
    """Write texts and facts to their documents; the folders they lie in are embedded next."""
    return settle_text(tx, completed, EMBEDDING)


EXTRACTION = TaskType(
    name="EXTRACTION",
    pool="documents",
    queue="extraction",
    payload=ExtractionPayload(),
    run=run,
    target=lambda payload: str(payload["documentId"]),
    settle=settle,
    batch_size=8,
    retry=RetryPolicy(max_retries=3, first_seconds=2.0),
    time_limit_seconds=20 * MINUTES,
    memory_limit=True,
)
