"""The routes of the servers' dialect, and how their answers are documented and sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from api.blueprint import Decorator, DocumentedBlueprint
from api.failure import Kind
from api.reply import json_response
from api.servers.dialect import NAME, STATUSES, error_body, success
from api.servers.refusals import refuse

JSON = "application/json"
KEY_SCHEME = "serverKey"
"""What the description calls a server's key."""
ALWAYS = (Kind.UNAUTHORIZED, Kind.RATE_LIMITED, Kind.INTERNAL, Kind.UNAVAILABLE)
WITH_BODY = (Kind.INVALID_JSON, Kind.BODY_TOO_LARGE, Kind.UNSUPPORTED_MEDIA_TYPE)

servers = DocumentedBlueprint(
    NAME,
    __name__,
    refuse=refuse,
    description="Remote servers fetch link tasks, do them, and report.",
)


def refuses(*kinds: Kind) -> Decorator:
    """Document how a route may fail, and that it asks for a server's key."""
    responses = _responses({*kinds, *ALWAYS})
    return servers.about(responses=responses, security=[{KEY_SCHEME: []}])


def _responses(kinds: Collection[Kind]) -> dict[str, Any]:
    by_status: defaultdict[int, list[Kind]] = defaultdict(list)
    for kind, status in STATUSES.items():
        if kind in kinds:
            by_status[status].append(kind)
    return {str(status): _response(several) for status, several in by_status.items()}


def _response(kinds: list[Kind]) -> dict[str, Any]:
    example = error_body("A sentence that says what is wrong, and what would do.")
    schema = {"$ref": "#/components/schemas/ServersError"}
    description = " or ".join(kind.value.replace("_", " ") for kind in kinds)
    return {"description": description, "content": {JSON: {"schema": schema, "example": example}}}


def body_of(schema: type[Schema], example: Any) -> dict[str, Any]:
    """The documentation of a body that a route reads by itself."""
    return {"required": True, "content": {JSON: {"schema": schema, "example": example}}}


def enveloped(name: str, data: Any) -> type[Schema]:
    """The schema of a successful answer with ``data`` (a field), called ``name``."""
    declared = {"success": fields.Boolean(required=True), "data": data}
    return Schema.from_dict(declared, name=f"{name}Schema")


def done(data: Any, status: int = 200) -> Response:
    """``data`` as a successful answer, in the envelope."""
    return json_response(success(data), status)
