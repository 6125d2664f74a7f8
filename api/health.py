"""Whether this gateway lives, and whether the yard behind it is ready for work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from api.blueprint import DocumentedBlueprint
from api.gateway import gateway
from api.reply import json_response
from shared.errors import TaskyardError
from shared.migrations.upgrade import is_current
from shared.yard import Yard

blueprint = DocumentedBlueprint(
    "health", __name__, description="Whether the yard is up, for those who run it."
)

READY: dict[str, Any] = {"status": "ready", "reasons": [], "missingTaskTypes": []}
AWAY = {**READY, "status": "unavailable", "reasons": ["The broker does not answer."]}


class HealthSchema(Schema):
    """The gateway lives."""

    status = fields.String(required=True)


class ReadinessSchema(Schema):
    """Whether the yard is ready, and what stands in the way."""

    status = fields.String(required=True)
    reasons = fields.List(fields.String(), required=True)
    missingTaskTypes = fields.List(fields.String(), required=True)  # noqa: N815 - JSON's name


@blueprint.route("/healthz", methods=["GET"])
@blueprint.about(security=[])
@blueprint.answers(200, HealthSchema, example={"status": "ok"})
def healthz() -> Response:
    """The gateway lives."""
    return json_response({"status": "ok"})


@blueprint.route("/readyz", methods=["GET"])
@blueprint.about(security=[])
@blueprint.answers(200, ReadinessSchema, example=READY, description="Ready.")
@blueprint.answers(503, ReadinessSchema, example=AWAY, description="Not ready, and why.")
def readyz() -> Response:
    """200 when store, tables and broker are ready, else 503 with the reasons.

    Task types that could not be loaded are listed; they cost their own tasks only.
    """
    yard = gateway().yard
    reasons = not_ready(yard)
    body = {
        "status": "unavailable" if reasons else "ready",
        "reasons": reasons,
        "missingTaskTypes": sorted(yard.registry.failures),
    }
    return json_response(body, 503 if reasons else 200)


def not_ready(yard: Yard) -> list[str]:
    """What stands in the way, in sentences."""
    checks: tuple[Callable[[Yard], str | None], ...] = (_store, _broker)
    return [reason for check in checks if (reason := check(yard))]


def _store(yard: Yard) -> str | None:
    try:
        current = is_current(yard.store)
    except TaskyardError:
        return "The store does not answer."
    return None if current else "The store's tables are not up to date: run `taskyard db upgrade`."


def _broker(yard: Yard) -> str | None:
    try:
        yard.broker.ping()
    except TaskyardError:
        return "The broker does not answer."
    return None
