"""Webhooks and deliveries as buyers see them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.moments import time_text
from shared.notices.delivery import Delivery
from shared.notices.delivery_log import DeliveryTry, Health
from shared.notices.secret import Signing
from shared.notices.webhook import Webhook


def webhook_body(webhook: Webhook, health: Health, now: datetime) -> dict[str, Any]:
    """A webhook, and how it fares; its secret is not told."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "status": standing(webhook),
        "events": webhook.statuses,
        "types": webhook.types,
        "description": webhook.description,
        "pausedAt": time_text(webhook.paused_at),
        "disabledAt": time_text(webhook.disabled_at),
        "disabledReason": webhook.disabled_reason,
        "failures": health.failures,
        "waitsUntil": time_text(later(health.waits_until, now)),
        "formerSecretEndsAt": former_ends_at(webhook, now),
        "createdAt": time_text(webhook.created_at),
        "updatedAt": time_text(webhook.updated_at),
    }


def standing(webhook: Webhook) -> str:
    """Whether it is sent anything."""
    if webhook.disabled_at is not None:
        return "disabled"
    return "active" if webhook.paused_at is None else "paused"


def former_ends_at(row: Signing, now: datetime) -> str | None:
    """Until when the secret before signs as well; None where it does not any more."""
    return time_text(later(row.previous_until, now))


def later(moment: datetime | None, now: datetime) -> datetime | None:
    """``moment`` where it is to come."""
    return moment if moment is not None and moment > now else None


def delivery_body(delivery: Delivery, tries: Sequence[DeliveryTry]) -> dict[str, Any]:
    """A delivery with every try to send it."""
    return {
        "id": delivery.id,
        "webhookId": delivery.webhook_id,
        "url": delivery.url,
        "event": delivery.event,
        "taskId": delivery.task_id,
        "state": delivery.state,
        "tries": delivery.tries,
        "statusCode": delivery.status_code,
        "error": delivery.error,
        "nextTryAt": time_text(delivery.due_at),
        "createdAt": time_text(delivery.created_at),
        "settledAt": time_text(delivery.settled_at),
        "body": delivery.body,
        "attempts": [try_body(one) for one in tries],
    }


def try_body(one: DeliveryTry) -> dict[str, Any]:
    """A try to send a delivery."""
    return {
        "at": time_text(one.at),
        "statusCode": one.status_code,
        "error": one.error,
        "durationMs": round(1000 * one.duration_seconds),
        "answer": one.answer,
    }
