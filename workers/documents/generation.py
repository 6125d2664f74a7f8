"""GENERATION: a summary, keywords or an answer, from the text of a document or of a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.blobs import Written, keep
from shared.db import Transaction
from shared.documents.document import change_document
from shared.documents.folder import get_folder
from shared.documents.output import put_output
from shared.errors import NotFound, Refused, TaskError, Unavailable
from shared.tasks.draft import Draft
from shared.tasks.outcome import Completed
from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import Context, Payload, TaskType

KINDS = ("summary", "keywords", "answer")
LONGEST_PROMPT = 10_000
HOURS = 3600.0
NEEDS = "Nothing can be written on this server: pip install 'taskyard[documents]'."


class GenerationPayload(Schema):
    """A document or a folder, what to make of it, and for an answer the question."""

    documentId = fields.String(validate=validate.Length(min=1, max=36))  # noqa: N815
    folderId = fields.String(validate=validate.Length(min=1, max=36))  # noqa: N815
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    prompt = fields.String(validate=validate.Length(max=LONGEST_PROMPT))

    @validates_schema
    def _is_whole(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("documentId" in data) == ("folderId" in data):
            raise ValidationError("Give either documentId or folderId.", "documentId")
        if data.get("kind") == "answer" and not data.get("prompt", "").strip():
            raise ValidationError("An answer needs a question.", "prompt")


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Write what is asked for, and keep it in the blob store."""
    from shared.vectors.embedder import EmbedderFailed

    try:
        return _written(payload, context)
    except Refused as error:
        raise TaskError(str(error), retryable=False, code=error.code) from error
    except EmbedderFailed as error:
        raise TaskError(
            str(error),
            retryable=error.retryable,
            delay_seconds=error.delay_seconds,
            code="EMBEDDING_FAILED",
        ) from error
    except Unavailable as error:
        raise TaskError(str(error), code="UNAVAILABLE") from error
    except ImportError as error:
        raise TaskError(NEEDS, retryable=False, code="MODEL_UNAVAILABLE") from error


def _written(payload: Payload, context: Context) -> dict[str, Any]:
    from workers.documents.writing.desk import write

    return write(payload, context)


def settle(tx: Transaction, completed: Sequence[Completed]) -> list[Draft]:
    """Make what was written an output of its target; a document shows it as well."""
    for outcome in sorted(completed, key=lambda o: str(o.task.target_id)):
        target_id, result = str(outcome.task.target_id), outcome.result
        if _is_there(tx, outcome):
            blob = Written(**result["output"])
            keep(tx, blob)
            put_output(tx, target_id, outcome.task.payload["kind"], blob.sha256, result["mimeType"])
    return []


def _is_there(tx: Transaction, outcome: Completed) -> bool:
    """Whether the target still is; what a document shows is changed on the way."""
    task = outcome.task
    if "documentId" in task.payload:
        return change_document(tx, str(task.target_id), **outcome.result["facts"])
    try:
        get_folder(tx, task.account_id, str(task.target_id), for_update=True)
    except NotFound:
        return False
    return True


GENERATION = TaskType(
    name="GENERATION",
    pool="documents",
    queue="generation",
    payload=GenerationPayload(),
    run=run,
    target=lambda payload: str(payload.get("documentId") or payload["folderId"]),
    settle=settle,
    retry=RetryPolicy(max_retries=5, first_seconds=2.0),
    time_limit_seconds=2 * HOURS,
    memory_limit=True,
)
