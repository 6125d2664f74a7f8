"""A link task as the server sees it that does it. Pure."""

from __future__ import annotations

from typing import Any

import orjson

from api.servers.dialect import moment_text
from shared.campaigns.campaign import Campaign
from shared.links.outcome import Known, journal_of, known_of
from shared.links.service import service_of
from shared.tasks.task import Task


def task_body(task: Task, campaign: Campaign | None, password: str) -> dict[str, Any]:
    """The whole task; ``password`` opened, "" where it is not to be shown."""
    known, payload = known_of(task), task.payload
    return {
        "id": task.id,
        "request_id": campaign.id if campaign else "",
        "service_type": service_of(task.type),
        "site_id": payload.get("site_id", ""),
        "site_name": payload.get("site_name", ""),
        "email": payload.get("email", ""),
        "username": payload.get("username", ""),
        "password": password,
        "about": payload.get("about", ""),
        "link_profile": known.link_profile,
        "link_post": known.link_post,
        "status": task.status,
        "retry_count": task.retry_count,
        "max_retries": task.max_retries,
        "details": _details(task, known),
        "started_at": moment_text(task.started_at),
        "created_at": moment_text(task.created_at),
        **_request(task, campaign),
        "site_url": payload.get("site_url", ""),
        "site_kind": payload.get("site_kind", ""),
    }


def claimed_body(task: Task, campaign: Campaign | None, password: str) -> dict[str, Any]:
    """The whole task, with what its reports must say, and until when it is the server's."""
    return {
        **task_body(task, campaign, password),
        "attempt": task.attempt,
        "lease_expires_at": moment_text(task.lease_expires_at),
    }


def _request(task: Task, campaign: Campaign | None) -> dict[str, Any]:
    """What the task is for; one without a campaign says it itself."""
    payload = task.payload
    if campaign is None:
        return {
            "request_name": payload.get("name", ""),
            "request_website": payload.get("website", ""),
            "type_request": "",
            "auction_price": task.cost_cents,
            "config": _as_text(payload.get("config") or {}),
        }
    return {
        "request_name": campaign.name,
        "request_website": campaign.website,
        "type_request": campaign.type_request,
        "auction_price": campaign.auction_price,
        "config": _as_text(campaign.config),
    }


def _details(task: Task, known: Known) -> dict[str, Any] | None:
    details: dict[str, Any] = {}
    if known.note:
        details["note"] = known.note
    if known.error_message:
        details["error_message"] = known.error_message
    if known.is_indexed is not None:
        details["is_indexed"] = known.is_indexed
    if (journal := journal_of(task)) is not None:
        details["journal"] = journal
    return details or None


def _as_text(config: dict[str, Any]) -> str:
    return orjson.dumps(config).decode()
