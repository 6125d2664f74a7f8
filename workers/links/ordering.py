"""The order that a connector is given for a link task: its own words, and its campaign's. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.campaigns.campaign import Campaign
from shared.links.order import Order, Site
from shared.links.payload import SITE_FIELDS
from shared.links.service import Service
from shared.tasks.task_type import Payload


def order_of(task_id: str, service: Service, payload: Payload, campaign: Campaign | None) -> Order:
    """The order of a link task; ``payload`` with its secrets opened."""
    config: Mapping[str, Any] = campaign.config if campaign else payload.get("config") or {}
    return Order(
        key=task_id,
        service=service,
        site=Site(
            id=str(payload.get("site_id") or ""),
            name=str(payload.get("site_name") or ""),
            url=str(payload.get("site_url") or ""),
            kind=str(payload.get("site_kind") or ""),
            password=str(payload.get("password") or ""),
            **{name: str(payload.get(name) or "") for name in SITE_FIELDS},
        ),
        website=campaign.website if campaign else str(payload.get("website") or ""),
        campaign=campaign.name if campaign else str(payload.get("name") or ""),
        config=config,
    )
