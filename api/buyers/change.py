"""A change, as an operator sends it. Here, and only here, a null means something."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError

from api.buyers.blueprint import refuse
from api.buyers.refusals import refused
from api.failure import Kind, Rejected
from api.limits import has_body, read_json


def read_change(schema: Schema) -> dict[str, Any]:
    """The body of the request at hand, which must say something of what ``schema`` knows."""
    body = read_json() if has_body() else {}
    if not isinstance(body, dict):
        raise Rejected(Kind.INVALID_JSON, "The body must be a JSON object.")
    try:
        change: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        raise refuse(error) from None
    if not change:
        raise refused("MISSING_FIELDS", "body", f"must have one of {', '.join(schema.fields)}.")
    return change
