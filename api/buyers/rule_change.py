"""A change of a rule, as an operator sends it. Here, and only here, a null means something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from api.buyers.blueprint import refuse
from api.buyers.refusals import refused
from api.buyers.rule_schemas import RuleChangeSchema
from api.failure import Kind, Rejected
from api.limits import has_body, read_json
from shared.tasks import control
from shared.tasks.control import KEEP
from shared.tasks.rules import Rule, RuleKey
from shared.yard import Yard

SCHEMA = RuleChangeSchema()


def read_change() -> dict[str, Any]:
    """The body of the request at hand."""
    body = read_json() if has_body() else {}
    if not isinstance(body, dict):
        raise Rejected(Kind.INVALID_JSON, "The body must be a JSON object.")
    try:
        change: dict[str, Any] = SCHEMA.load(body)
    except ValidationError as error:
        raise refuse(error) from None
    if not change:
        raise refused("MISSING_FIELDS", "body", f"must have one of {', '.join(SCHEMA.fields)}.")
    return change


def apply(yard: Yard, key: RuleKey, change: Mapping[str, Any], actor: str) -> Rule:
    """Change the rule of that key, which ``change`` says something about."""
    return control.change(
        yard,
        key,
        actor=actor,
        paused=change.get("paused", KEEP),
        max_running=change.get("maxRunning", KEEP),
        per_second=change.get("perSecond", KEEP),
    )
