"""SYNC: makes a folder what a source outside is; the source is listed once, changes are read."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shared.errors import Refused, TaskError, Unavailable
from shared.sources.options import SourceOptions, SourceOptionsSchema
from shared.sources.url import LONGEST, read_source_url
from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import Context, Payload, TaskType
from workers.commits import Superseded

HOURS = 3600.0


class SyncPayload(Schema):
    """The folder, the source's address, and how to read it (`SourceOptionsSchema`)."""

    folderId = fields.String(  # noqa: N815 - the dialect's word
        required=True, validate=validate.Length(min=1, max=36)
    )
    url = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST))
    options = fields.Nested(SourceOptionsSchema, load_default=dict)


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Sync, and tell what became of the files.

    An attempt goes on where the one before it stopped: what it brought is unchanged by now.
    """
    try:
        return _synced(payload, context)
    except Refused as error:
        raise TaskError(str(error), retryable=False, code=error.code) from error
    except Unavailable as error:
        raise TaskError(str(error), code="UNAVAILABLE") from error


def _synced(payload: Payload, context: Context) -> dict[str, Any]:
    from shared.documents.folder import get_folder
    from shared.documents.origin import Origin
    from shared.sources.protocol import open_source
    from workers.documents.syncing.mirror import Mirror

    settings = context.yard.settings
    folder_id = str(payload["folderId"])
    with context.yard.store.read() as tx:
        get_folder(tx, context.account_id, folder_id)
    url = read_source_url(payload["url"], settings)
    options = SourceOptions.of(dict(payload.get("options") or {}))
    origin = Origin.of(folder_id, url, options.endpoint_url)
    most = min(options.max_file_bytes or settings.max_upload_bytes, settings.max_upload_bytes)
    try:
        with open_source(url, options, settings) as source:
            tally = Mirror(context, origin, options, most).run(source)
    except Superseded:
        return {}
    return {"metadata": tally.metadata()}


SYNC = TaskType(
    name="SYNC",
    pool="documents",
    queue="sync",
    payload=SyncPayload(),
    run=run,
    target=lambda payload: str(payload["folderId"]),
    secrets=frozenset({"options"}),
    retry=RetryPolicy(max_retries=5, first_seconds=5.0),
    time_limit_seconds=6 * HOURS,
    memory_limit=True,
)
