"""TRANSCRIPTION: what is said in a recording becomes the document's text, and its subtitles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from shared.blobs import Written, keep, key_of
from shared.db import Transaction
from shared.documents.document import change_document, get_document
from shared.documents.output import put_output
from shared.documents.text import settle_text
from shared.errors import Refused, TaskError, Unavailable
from shared.tasks.draft import Draft
from shared.tasks.outcome import Completed
from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import Context, Payload, TaskType
from workers.documents.embedding import EMBEDDING

HOURS = 3600.0
SUBTITLES = {"srt": "application/x-subrip", "vtt": "text/vtt"}
NEEDS = "Recordings cannot be heard on this server: pip install 'taskyard[transcription]'."


class TranscriptionPayload(Schema):
    """The document to listen to."""

    documentId = fields.String(  # noqa: N815 - the dialect's word
        required=True, validate=validate.Length(min=1, max=36)
    )


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Listen to the document's file, and tell how many seconds are done."""
    try:
        return _heard(str(payload["documentId"]), context)
    except Refused as error:
        raise TaskError(str(error), retryable=False, code=error.code) from error
    except Unavailable as error:
        raise TaskError(str(error), code="UNAVAILABLE") from error
    except ImportError as error:
        raise TaskError(NEEDS, retryable=False, code="MODEL_UNAVAILABLE") from error


def _heard(document_id: str, context: Context) -> dict[str, Any]:
    from workers.documents.speech.listening import listen

    with context.yard.store.read() as tx:
        document = get_document(tx, context.account_id, document_id)
        key = key_of(tx, document.sha256)
    with context.yard.blobs.local(key) as file:
        return listen(file, document, context)


def settle(tx: Transaction, completed: Sequence[Completed]) -> list[Draft]:
    """Write texts and subtitles to their documents; the folders they lie in are embedded next."""
    drafts = settle_text(tx, completed, EMBEDDING)
    for outcome in sorted(completed, key=lambda o: str(o.task.target_id)):
        document_id = str(outcome.task.target_id)
        if change_document(tx, document_id, having=outcome.result["of"]):
            for name, blob in outcome.result["subtitles"].items():
                keep(tx, Written(**blob))
                put_output(tx, document_id, name, blob["sha256"], SUBTITLES[name])
    return drafts


TRANSCRIPTION = TaskType(
    name="TRANSCRIPTION",
    pool="documents",
    queue="transcription",
    payload=TranscriptionPayload(),
    run=run,
    target=lambda payload: str(payload["documentId"]),
    settle=settle,
    retry=RetryPolicy(max_retries=3, first_seconds=5.0),
    time_limit_seconds=12 * HOURS,
    memory_limit=True,
)
