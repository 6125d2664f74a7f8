"""The routes of the jobs' dialect, and how its answers are documented and sent."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from api.blueprint import Decorator, DocumentedBlueprint
from api.jobs.dialect import ERRORS, NAME, error_body, success
from api.jobs.refusals import refuse
from api.reply import json_response

JSON = "application/json"
EVERYWHERE = (
    "UNAUTHORIZED",
    "FORBIDDEN",
    "RATE_LIMIT_EXCEEDED",
    "INTERNAL_ERROR",
    "UNAVAILABLE",
)
WITH_BODY = ("BAD_REQUEST", "TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE")
KEYED = ("BAD_REQUEST", "CONFLICT", "IDEMPOTENCY_MISMATCH")
MAKES_JOBS = ("INSUFFICIENT_CREDITS",)

blueprint = DocumentedBlueprint(
    NAME,
    __name__,
    refuse=refuse,
    description="Owners of documents put files in, and follow the jobs that work on them.",
)


def refuses(*codes: str) -> Decorator:
    """Document that a route may answer with these codes, besides the ones every route has."""
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    for code, status in ERRORS.items():
        if code in codes or code in EVERYWHERE:
            by_status[status].append(code)
    responses = {str(status): _response(words) for status, words in by_status.items()}
    return blueprint.about(responses=responses)


def _response(codes: list[str]) -> dict[str, Any]:
    examples = {code: {"value": example(code)} for code in codes}
    schema = {"$ref": "#/components/schemas/JobsError"}
    content = {JSON: {"schema": schema, "examples": examples}}
    return {"description": " or ".join(codes), "content": content}


def example(code: str) -> dict[str, Any]:
    """An error of that code."""
    body = error_body(code, "A sentence that says what is wrong, and what would do.")
    if ERRORS[code] == 429:
        body["error"]["retryAfter"] = 12
    return body


def enveloped(name: str, data: Any) -> type[Schema]:
    """The schema of a successful answer with ``data`` (a field), called ``name``."""
    declared = {"success": fields.Boolean(required=True), "data": data}
    return Schema.from_dict(declared, name=f"{name}Schema")


def done(data: Any, status: int = 200) -> Response:
    """``data`` as a successful answer."""
    return json_response(success(data), status)
