"""The routes of the buyers' dialect, and how its errors are documented."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from marshmallow import ValidationError

from api.blueprint import Decorator, DocumentedBlueprint
from api.buyers.dialect import PROBLEM_JSON, PROBLEMS, problem_body
from api.buyers.refusals import refusal
from api.invalid import invalid

EVERYWHERE = ("UNAUTHORIZED", "RATE_LIMITED", "FORBIDDEN", "INTERNAL_ERROR", "UNAVAILABLE")
KEYED = ("INVALID_FIELD", "CONFLICT", "IDEMPOTENCY_MISMATCH")
WITH_BODY = ("INVALID_JSON", "BODY_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE")


def refuse(error: ValidationError) -> Exception:
    """What a schema refused."""
    return refusal(invalid(error))


blueprint = DocumentedBlueprint(
    "buyers",
    __name__,
    refuse=refuse,
    url_prefix="/api/v1",
    description="Buyers ask for tasks and campaigns and read what became of them; "
    "validators answer; operators look after rules, devices and servers.",
)


def refuses(*codes: str) -> Decorator:
    """Document that a route may answer with these codes, besides the ones every route has."""
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    for code in PROBLEMS:
        if code in codes or code in EVERYWHERE:
            by_status[PROBLEMS[code][0]].append(code)
    responses = {str(status): _response(words) for status, words in by_status.items()}
    return blueprint.about(responses=responses)


def _response(codes: list[str]) -> dict[str, Any]:
    examples = {code: {"value": problem_body(code, PROBLEMS[code][1] + ".")} for code in codes}
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {PROBLEM_JSON: {"schema": schema, "examples": examples}}
    return {"description": " or ".join(codes), "content": content}
