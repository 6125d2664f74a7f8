"""The routes of the operators' dialect, and how its answers are documented and sent."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from api.blueprint import Decorator, DocumentedBlueprint
from api.reply import json_response
from api.scripts.dialect import NAME, Code, envelope, success
from api.scripts.refusals import refuse

JSON = "application/json"
EVERYWHERE = (
    Code.UNAUTHORIZED,
    Code.FORBIDDEN,
    Code.TOO_MANY,
    Code.INTERNAL,
    Code.UNAVAILABLE,
)
OPEN_TO: list[dict[str, list[str]]] = [{"bearer": []}, {}]
"""A credential, or none: see `local_account`."""
WITH_BODY = (Code.INVALID, Code.TOO_LARGE, Code.MEDIA_TYPE)
KEYED = (Code.INVALID, Code.CONFLICT, Code.KEY_REUSED)
MAKES_TASKS = (Code.CREDITS,)

blueprint = DocumentedBlueprint(
    NAME,
    __name__,
    refuse=refuse,
    description="Operators let scripts run on devices and in accounts, now or at a time of day.",
)


def refuses(*codes: Code) -> Decorator:
    """Document that a route may answer with these codes, besides the ones every route has."""
    by_status: defaultdict[int, list[Code]] = defaultdict(list)
    for code in sorted({*codes, *EVERYWHERE}):
        by_status[code.status].append(code)
    responses = {str(status): _response(several) for status, several in by_status.items()}
    return blueprint.about(responses=responses, security=OPEN_TO)


def _response(codes: list[Code]) -> dict[str, Any]:
    examples = {str(int(code)): {"value": example(code)} for code in codes}
    schema = {"$ref": "#/components/schemas/ScriptsError"}
    content = {JSON: {"schema": schema, "examples": examples}}
    return {"description": " or ".join(str(int(code)) for code in codes), "content": content}


def example(code: Code) -> dict[str, Any]:
    """An error of that code."""
    return envelope(code, "A sentence that says what is wrong, and what would do.")


def enveloped(name: str, data: Any) -> type[Schema]:
    """The schema of a successful answer with ``data`` (a field), called ``name``."""
    declared = {
        "code": fields.Integer(required=True, metadata={"enum": [0]}),
        "message": fields.String(required=True, metadata={"enum": ["success"]}),
        "data": data,
    }
    return Schema.from_dict(declared, name=f"{name}Schema")


def done(data: Any) -> Response:
    """``data`` as a successful answer."""
    return json_response(success(data))
