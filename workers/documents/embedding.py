"""EMBEDDING: cuts a folder's documents into chunks and embeds those that are new."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shared.errors import Refused, TaskError, Unavailable
from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import Context, Payload, TaskType

HOURS = 3600.0
NEEDS = "Folders cannot be embedded on this server: pip install 'taskyard[documents]'."


class EmbeddingPayload(Schema):
    """The folder."""

    folderId = fields.String(  # noqa: N815 - the dialect's word
        required=True, validate=validate.Length(min=1, max=36)
    )


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Bring the folder's chunks up to date, and tell what there is then.

    An attempt goes on where the one before it stopped.
    """
    from shared.vectors.choice import choose_embedder
    from shared.vectors.embedder import EmbedderFailed
    from workers.documents.chunking.folder import FolderChunks

    try:
        embedder = choose_embedder(context.yard.settings)
        return {"metadata": FolderChunks(context, str(payload["folderId"]), embedder).run()}
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
        raise TaskError(NEEDS, retryable=False, code="LIBRARY_MISSING") from error


EMBEDDING = TaskType(
    name="EMBEDDING",
    pool="documents",
    queue="embedding",
    payload=EmbeddingPayload(),
    run=run,
    target=lambda payload: str(payload["folderId"]),
    retry=RetryPolicy(max_retries=5, first_seconds=5.0),
    time_limit_seconds=24 * HOURS,
)
