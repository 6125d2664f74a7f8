"""Deliveries: what a webhook or a task's callback was told; told again where that is asked for.

`callbacks` in place of a webhook's id means the callbacks of the account's tasks.
"""

from __future__ import annotations

from typing import Any

from flask import Response

from api.buyers import delivery_desk as desk
from api.buyers import webhook_examples as examples
from api.buyers import webhook_schemas as schemas
from api.buyers import webhook_words
from api.buyers.blueprint import WITH_BODY, blueprint, refuses
from api.permissions import permit
from api.reply import json_response

ALL = "/webhooks/<webhook_id>/deliveries"
ONE = f"{ALL}/<delivery_id>"
DELIVERY = schemas.DeliverySchema
Body = dict[str, Any]


@blueprint.route(ALL, methods=["GET"])
@permit("webhooks:read")
@blueprint.arguments(webhook_words.DeliveriesQuerySchema, location="query")
@blueprint.answers(200, schemas.DeliveryPageSchema, example=examples.PAGE)
@refuses("INVALID_FIELD", "NOT_FOUND")
def list_deliveries(query: Body, webhook_id: str) -> Response:
    """List what a webhook was told, newest first; `callbacks` is the id for tasks' callbacks."""
    return json_response(desk.read_page(webhook_id, query))


@blueprint.route(ONE, methods=["GET"])
@permit("webhooks:read")
@blueprint.answers(200, DELIVERY, example=examples.DELIVERY)
@refuses("NOT_FOUND")
def show_delivery(webhook_id: str, delivery_id: str) -> Response:
    """Read a delivery: its body, and every try to send it."""
    return json_response(desk.read_one(webhook_id, delivery_id))


@blueprint.route(f"{ONE}/replay", methods=["POST"])
@permit("webhooks:write")
@blueprint.answers(200, DELIVERY, example=examples.WAITING)
@refuses("NOT_FOUND", "CONFLICT")
def replay_delivery(webhook_id: str, delivery_id: str) -> Response:
    """Send a delivery again, with the id that it had."""
    return json_response(desk.replayed(webhook_id, delivery_id))


@blueprint.route("/webhooks/<webhook_id>/replay", methods=["POST"])
@permit("webhooks:write")
@blueprint.arguments(webhook_words.RangeWords, required=False, example=examples.RANGE)
@blueprint.answers(200, schemas.ReplayedSchema, example=examples.REPLAYED)
@refuses("INVALID_FIELD", "NOT_FOUND", *WITH_BODY)
def replay_range(asked: Body, webhook_id: str) -> Response:
    """Send all deliveries of a range again, up to 10,000 at a time, oldest first."""
    return json_response(desk.replayed_range(webhook_id, asked))
