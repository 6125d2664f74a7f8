"""MATERIAL_SYNC: brings the pictures, videos and sounds of a source into the library.

The source is listed once; what is new or changed there is read, looked into and added.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shared.errors import Refused, TaskError, Unavailable
from shared.scripts.payload import POOL
from shared.sources.options import SourceOptions, SourceOptionsSchema
from shared.sources.url import LONGEST, read_source_url
from shared.tags import MOST_TAGS, check_tags
from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import Context, Payload, TaskType
from workers.commits import Superseded

HOURS = 3600.0


class MaterialSyncPayload(Schema):
    """The source's address, how to read it, and the tags of what is new.

    With ``remove``, material goes that the source had and has no more.
    """

    url = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST))
    options = fields.Nested(SourceOptionsSchema, load_default=dict)
    tags = fields.List(fields.String(), load_default=list, validate=validate.Length(max=MOST_TAGS))
    remove = fields.Boolean(load_default=False)


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
    from shared.material.origin import source_key
    from shared.sources.protocol import open_source
    from workers.scripts.syncing.collector import Collector

    settings = context.yard.settings
    url = read_source_url(payload["url"], settings)
    options = SourceOptions.of(dict(payload.get("options") or {}))
    collector = Collector(
        context=context,
        source_key=source_key(context.account_id, url, options.endpoint_url),
        address=url.text,
        options=options,
        tags=tuple(check_tags(payload.get("tags", ()))),
        is_removing=bool(payload.get("remove")),
        most_bytes=min(
            options.max_file_bytes or settings.max_upload_bytes, settings.max_upload_bytes
        ),
    )
    try:
        with open_source(url, options, settings) as source:
            return collector.run(source).metadata()
    except Superseded:
        return {}


MATERIAL_SYNC = TaskType(
    name="MATERIAL_SYNC",
    pool=POOL,
    queue="material_sync",
    payload=MaterialSyncPayload(),
    run=run,
    secrets=frozenset({"options"}),
    retry=RetryPolicy(max_retries=5, first_seconds=5.0),
    time_limit_seconds=6 * HOURS,
    memory_limit=True,
)
