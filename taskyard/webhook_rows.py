"""Webhooks and their deliveries, as commands show them to people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ALL = "all"
FORMER_ENDS = "former secret ends"


def row_of(webhook: Mapping[str, Any]) -> dict[str, Any]:
    """A webhook, in a row."""
    return {
        "id": webhook["id"],
        "status": webhook["status"],
        "url": webhook["url"],
        "events": ", ".join(webhook["events"]) or ALL,
        "types": ", ".join(webhook["types"]) or ALL,
        "failures in a row": webhook["failures"],
    }


def fields_of(webhook: Mapping[str, Any]) -> dict[str, Any]:
    """A webhook, a line for each of its fields."""
    told = {
        **row_of(webhook),
        "description": webhook["description"] or None,
        "why disabled": webhook["disabledReason"],
        "waits until": webhook["waitsUntil"],
        FORMER_ENDS: webhook["formerSecretEndsAt"],
        "made": webhook["createdAt"],
    }
    if "secret" in webhook:
        told["secret"] = webhook["secret"]
    return told


def secret_fields(made: Mapping[str, Any]) -> dict[str, Any]:
    """A new secret, and until when the one before signs as well."""
    return {"secret": made["secret"], FORMER_ENDS: made["formerSecretEndsAt"]}


def delivery_row(delivery: Mapping[str, Any]) -> dict[str, Any]:
    """A delivery, in a row."""
    return {
        "id": delivery["id"],
        "event": delivery["event"],
        "task": delivery["taskId"],
        "state": delivery["state"],
        "tries": delivery["tries"],
        "last answer": delivery["statusCode"] or delivery["error"],
        "made": delivery["createdAt"],
        "next": delivery["nextTryAt"],
    }
