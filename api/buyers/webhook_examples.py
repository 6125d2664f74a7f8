"""What the documentation of webhooks shows."""

from __future__ import annotations

from typing import Any

from api.buyers.examples import TASK_ID
from api.buyers.webhook_words import WebhookChangeWords

WEBHOOK_ID = "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e0d"
MADE_AT = "2030-01-31T08:00:00.000Z"
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"  # noqa: S105 - a made-up one
ASKED: dict[str, Any] = {
    "url": "https://example.org/hooks/taskyard",
    "events": ["completed", "failed"],
    "types": ["SENTIMENT_ANALYSIS"],
    "description": "Reviews",
}
WEBHOOK = {
    "id": WEBHOOK_ID,
    **ASKED,
    "status": "active",
    "pausedAt": None,
    "disabledAt": None,
    "disabledReason": None,
    "failures": 0,
    "waitsUntil": None,
    "formerSecretEndsAt": None,
    "createdAt": MADE_AT,
    "updatedAt": MADE_AT,
}
MADE = {**WEBHOOK, "secret": SECRET}
PAUSED = {**WEBHOOK, "status": "paused", "pausedAt": MADE_AT}
ALL = {"webhooks": [WEBHOOK]}
ROTATED = {"secret": SECRET, "formerSecretEndsAt": "2030-02-01T08:00:00.000Z"}
CALLBACK_SECRET = {"secret": SECRET, "formerSecretEndsAt": None}
ATTEMPT = {
    "at": "2030-01-31T09:30:00.210Z",
    "statusCode": 204,
    "error": None,
    "durationMs": 43,
    "answer": "",
}
DELIVERY: dict[str, Any] = {
    "id": "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e0e",
    "webhookId": WEBHOOK_ID,
    "url": None,
    "event": "task.completed",
    "taskId": TASK_ID,
    "state": "delivered",
    "tries": 1,
    "statusCode": 204,
    "error": None,
    "nextTryAt": None,
    "createdAt": "2030-01-31T09:30:00.100Z",
    "settledAt": "2030-01-31T09:30:00.253Z",
    "body": '{"type":"task.completed","timestamp":"2030-01-31T09:30:00.000Z","data":{}}',
    "attempts": [ATTEMPT],
}
WAITING = {
    **DELIVERY,
    "state": "pending",
    "tries": 0,
    "statusCode": None,
    "nextTryAt": DELIVERY["createdAt"],
    "settledAt": None,
    "attempts": [],
}
TEST = {
    **WAITING,
    "event": "webhook.test",
    "taskId": None,
    "body": '{"type":"webhook.test","timestamp":"2030-01-31T09:30:00.000Z","data":{}}',
}
PAGE = {"deliveries": [DELIVERY], "nextCursor": None}
REPLAYED = {"replayed": 12, "nextSince": None}
LOCATION = {"Location": {"description": "Where it is read.", "schema": {"type": "string"}}}
CHANGE = {
    "required": True,
    "content": {
        "application/json": {"schema": WebhookChangeWords, "example": {"events": ["failed"]}}
    },
}
OVERLAP = {"overlapSeconds": 3_600}
RANGE = {"since": MADE_AT, "state": "given_up"}
