"""IMPORT: brings files into a folder, from a list of URLs or out of an archive."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.errors import Refused, TaskError, Unavailable
from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import Context, Payload, TaskType
from workers.commits import Superseded

MOST_URLS = 1000
LONGEST_URL = 8192


class ImportPayload(Schema):
    """The folder, and either ``urls`` or the hash of an uploaded ``archive`` and its ``name``."""

    folderId = fields.String(  # noqa: N815 - the dialect's word
        required=True, validate=validate.Length(min=1, max=36)
    )
    urls = fields.List(
        fields.String(validate=validate.Length(min=1, max=LONGEST_URL)),
        validate=validate.Length(min=1, max=MOST_URLS),
    )
    archive = fields.String(
        validate=validate.Regexp(r"[0-9a-f]{64}\Z", error="must be a SHA-256 in hexadecimal.")
    )
    name = fields.String(validate=validate.Length(max=1024))

    @validates_schema
    def _check_source(self, data: dict[str, Any], **_: Any) -> None:
        if ("urls" in data) == ("archive" in data):
            raise ValidationError("Name either urls or an archive.", "urls")


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Import, and tell what became of each file.

    An attempt goes on where the one before it stopped. `TaskError` where nothing could be had.
    """
    try:
        return _imported(payload, context)
    except Refused as error:
        raise TaskError(str(error), retryable=False, code=error.code) from error
    except Unavailable as error:
        raise TaskError(str(error), code="UNAVAILABLE") from error


def _imported(payload: Payload, context: Context) -> dict[str, Any]:
    from shared.documents.folder import get_folder
    from workers.documents.archives.refusal import ArchiveRefused
    from workers.documents.imports.addresses import import_addresses
    from workers.documents.imports.unpacking import import_archive

    folder_id = str(payload["folderId"])
    with context.yard.store.read() as tx:
        get_folder(tx, context.account_id, folder_id)
    try:
        if "archive" in payload:
            metadata = import_archive(context, folder_id, payload["archive"])
        else:
            metadata = import_addresses(context, folder_id, payload["urls"])
    except ArchiveRefused as error:
        message = f"The archive is not unpacked: {error}."
        raise TaskError(message, retryable=False, code=error.code) from error
    except Superseded:
        return {}
    return {"metadata": metadata}


IMPORT = TaskType(
    name="IMPORT",
    pool="documents",
    queue="import",
    payload=ImportPayload(),
    run=run,
    target=lambda payload: str(payload["folderId"]),
    retry=RetryPolicy(max_retries=3, first_seconds=5.0),
    time_limit_seconds=3600.0,
    memory_limit=True,
)
