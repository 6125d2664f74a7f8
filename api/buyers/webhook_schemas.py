"""What is told about webhooks, field by field: the source of the documentation."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.buyers.webhook_words import STATES, STATUSES, about
from api.fields import Words

# Names are the dialect's own.
# ruff: noqa: N815

MOMENT = {"format": "date-time"}
STANDINGS = ("active", "paused", "disabled")
SHOWN_ONCE = {"description": "What it signs with; shown this once."}


class WebhookSchema(Schema):
    """A webhook, and how it fares."""

    id = fields.String(required=True)
    url = fields.String(required=True, metadata=about("url"))
    status = Words(STANDINGS, required=True)
    events = fields.List(Words(STATUSES), required=True, metadata=about("events"))
    types = fields.List(fields.String(), required=True, metadata=about("types"))
    description = fields.String(required=True)
    pausedAt = fields.String(required=True, allow_none=True, metadata=MOMENT)
    disabledAt = fields.String(required=True, allow_none=True, metadata=MOMENT)
    disabledReason = fields.String(required=True, allow_none=True)
    failures = fields.Integer(required=True, metadata={"description": "In a row, until now."})
    waitsUntil = fields.String(
        required=True,
        allow_none=True,
        metadata={**MOMENT, "description": "After many failures in a row nothing is sent for now."},
    )
    formerSecretEndsAt = fields.String(
        required=True,
        allow_none=True,
        metadata={**MOMENT, "description": "Until when the secret before signs as well."},
    )
    createdAt = fields.String(required=True, metadata=MOMENT)
    updatedAt = fields.String(required=True, metadata=MOMENT)


class MadeWebhookSchema(WebhookSchema):
    """A new webhook with its secret."""

    secret = fields.String(required=True, metadata=SHOWN_ONCE)


class WebhooksSchema(Schema):
    """An account's webhooks, newest first."""

    webhooks = fields.List(fields.Nested(WebhookSchema), required=True)


class SecretSchema(Schema):
    """A secret."""

    secret = fields.String(required=True)
    formerSecretEndsAt = fields.String(required=True, allow_none=True, metadata=MOMENT)


class DeliveryTrySchema(Schema):
    """A try to send a delivery."""

    at = fields.String(required=True, metadata=MOMENT)
    statusCode = fields.Integer(required=True, allow_none=True)
    error = fields.String(
        required=True, allow_none=True, metadata={"description": "Null where it was taken."}
    )
    durationMs = fields.Integer(required=True)
    answer = fields.String(
        required=True, metadata={"description": "The first kilobyte of what was answered."}
    )


class DeliverySchema(Schema):
    """What was told, to whom, and what became of it."""

    id = fields.String(
        required=True, metadata={"description": "The `webhook-id` of every try to send it."}
    )
    webhookId = fields.String(
        required=True, allow_none=True, metadata={"description": "Null for a task's callbackUrl."}
    )
    url = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of a callback; a webhook's own URL of the moment counts."},
    )
    event = fields.String(required=True)
    taskId = fields.String(required=True, allow_none=True)
    state = Words(STATES, required=True, metadata=about("state"))
    tries = fields.Integer(
        required=True, metadata={"description": "Since it was made, or replayed."}
    )
    statusCode = fields.Integer(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    nextTryAt = fields.String(required=True, allow_none=True, metadata=MOMENT)
    createdAt = fields.String(required=True, metadata=MOMENT)
    settledAt = fields.String(required=True, allow_none=True, metadata=MOMENT)
    body = fields.String(required=True, metadata={"description": "Exactly as it is sent."})
    attempts = fields.List(
        fields.Nested(DeliveryTrySchema),
        required=True,
        metadata={"description": "Every try there was, oldest first."},
    )


class DeliveryPageSchema(Schema):
    """A page of deliveries, newest first."""

    deliveries = fields.List(fields.Nested(DeliverySchema), required=True)
    nextCursor = fields.String(required=True, allow_none=True)


class ReplayedSchema(Schema):
    """How many deliveries are sent again."""

    replayed = fields.Integer(required=True)
    nextSince = fields.String(
        required=True,
        allow_none=True,
        metadata={**MOMENT, "description": "Where the range has more: ask again since then."},
    )
