"""Webhooks: make, list, read, change, test, pause, resume, rotate their secrets, delete."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.buyers import delivery_desk, webhook_words
from api.buyers import webhook_desk as desk
from api.buyers import webhook_examples as examples
from api.buyers import webhook_schemas as schemas
from api.buyers.blueprint import KEYED, WITH_BODY, blueprint, refuses
from api.idempotency.keyed import creates
from api.permissions import permit
from api.reply import json_response, no_content
from shared.notices.webhook_making import pause_webhook, resume_webhook

ONE = "/webhooks/<webhook_id>"
CALLBACK_SECRET = "/webhooks/callback-secret"  # noqa: S105 - a path
WEBHOOK = schemas.WebhookSchema
BAD_BODY = ("MISSING_FIELDS", "INVALID_FIELD", *WITH_BODY)
Body = dict[str, Any]


@blueprint.route("/webhooks", methods=["POST"])
@permit("webhooks:write")
@creates()
@blueprint.arguments(webhook_words.NewWebhookWords, required=True, example=examples.ASKED)
@blueprint.answers(201, schemas.MadeWebhookSchema, example=examples.MADE, headers=examples.LOCATION)
@refuses(*BAD_BODY, *KEYED)
def make_webhook(asked: Body) -> Response:
    """Have a URL told when tasks get one of the statuses; its secret is shown this once."""
    made = desk.made(asked)
    response = json_response(made, 201)
    response.headers["Location"] = f"/api/v1/webhooks/{made['id']}"
    return response


@blueprint.route("/webhooks", methods=["GET"])
@permit("webhooks:read")
@blueprint.answers(200, schemas.WebhooksSchema, example=examples.ALL)
@refuses()
def list_webhooks() -> Response:
    """List webhooks, newest first."""
    return json_response(desk.read_all())


@blueprint.route(CALLBACK_SECRET, methods=["GET"])
@permit("webhooks:write")
@blueprint.answers(200, schemas.SecretSchema, example=examples.CALLBACK_SECRET)
@refuses()
def show_callback_secret() -> Response:
    """Read what is signed with where a task named a `callbackUrl`."""
    return json_response(desk.callbacks_secret())


@blueprint.route(f"{CALLBACK_SECRET}/rotate", methods=["POST"])
@permit("webhooks:write")
@creates()
@blueprint.arguments(webhook_words.OverlapWords, required=False, example=examples.OVERLAP)
@blueprint.answers(200, schemas.SecretSchema, example=examples.ROTATED)
@refuses("INVALID_FIELD", *WITH_BODY, *KEYED)
def rotate_callback_secret(asked: Body) -> Response:
    """Make a new secret for callbacks; the one before signs as well for `overlapSeconds`."""
    return json_response(desk.rotated_callbacks_secret(asked["overlapSeconds"]))


@blueprint.route(ONE, methods=["GET"])
@permit("webhooks:read")
@blueprint.answers(200, WEBHOOK, example=examples.WEBHOOK)
@refuses("NOT_FOUND")
def show_webhook(webhook_id: str) -> Response:
    """Read a webhook, and how it fares."""
    return json_response(desk.read_one(webhook_id))


@blueprint.route(ONE, methods=["PATCH"])
@permit("webhooks:write")
@blueprint.about(requestBody=examples.CHANGE)
@blueprint.answers(200, WEBHOOK, example=examples.WEBHOOK)
@refuses("NOT_FOUND", *BAD_BODY)
def change_webhook(webhook_id: str) -> Response:
    """Change a webhook; what waits to be sent is sent to a new URL as well."""
    return json_response(desk.changed(webhook_id))


@blueprint.route(ONE, methods=["DELETE"])
@permit("webhooks:write")
@blueprint.answers(204)
@refuses("NOT_FOUND")
def delete_webhook(webhook_id: str) -> Response:
    """Delete a webhook; what waits to be sent never is."""
    desk.deleted(webhook_id)
    return no_content()


@blueprint.route(f"{ONE}/test", methods=["POST"])
@permit("webhooks:write")
@creates()
@blueprint.answers(201, schemas.DeliverySchema, example=examples.TEST)
@refuses("NOT_FOUND", *KEYED)
def test_webhook(webhook_id: str) -> Response:
    """Send it a `webhook.test`; the delivery says what becomes of it."""
    return json_response(delivery_desk.tested(webhook_id), 201)


@blueprint.route(f"{ONE}/pause", methods=["POST"])
@permit("webhooks:write")
@blueprint.answers(200, WEBHOOK, example=examples.PAUSED)
@refuses("NOT_FOUND")
def pause_webhook_(webhook_id: str) -> Response:
    """Send it nothing until it is resumed; what happens meanwhile is sent then."""
    return json_response(desk.moved(pause_webhook, webhook_id))


@blueprint.route(f"{ONE}/resume", methods=["POST"])
@permit("webhooks:write")
@blueprint.answers(200, WEBHOOK, example=examples.WEBHOOK)
@refuses("NOT_FOUND")
def resume_webhook_(webhook_id: str) -> Response:
    """Go on after a pause, after it was disabled, or at once where many failures hold it up."""
    return json_response(desk.moved(resume_webhook, webhook_id))


@blueprint.route(f"{ONE}/rotate", methods=["POST"])
@permit("webhooks:write")
@creates()
@blueprint.arguments(webhook_words.OverlapWords, required=False, example=examples.OVERLAP)
@blueprint.answers(200, schemas.SecretSchema, example=examples.ROTATED)
@refuses("INVALID_FIELD", "NOT_FOUND", *WITH_BODY, *KEYED)
def rotate_webhook(asked: Body, webhook_id: str) -> Response:
    """Make a new secret, shown this once; the one before signs as well for `overlapSeconds`."""
    return json_response(desk.rotated(webhook_id, asked["overlapSeconds"]))
