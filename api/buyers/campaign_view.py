"""A campaign as its account sees it: never a site, never a password. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.campaigns.campaign import Campaign
from shared.moments import time_text
from shared.tasks.status import Status


def campaign_body(campaign: Campaign) -> dict[str, Any]:
    """The campaign itself."""
    return {
        "id": campaign.id,
        "name": campaign.name,
        "website": campaign.website,
        "service_type": campaign.service,
        "type_request": campaign.type_request,
        "auction_price": campaign.auction_price,
        "link_cost_cents": campaign.link_cost_cents,
        "config": campaign.config,
        "size": campaign.size,
        # What is being canceled counts as paused until all of it is: that is nobody's business.
        "paused_at": None if campaign.canceled_at else time_text(campaign.paused_at),
        "canceled_at": time_text(campaign.canceled_at),
        "created_at": time_text(campaign.created_at),
        "updated_at": time_text(campaign.updated_at),
    }


def counted_body(campaign: Campaign, counts: Mapping[Status, int]) -> dict[str, Any]:
    """The same with how many of its tasks are where."""
    by_word = {status.value: counts[status] for status in Status}
    return {
        **campaign_body(campaign),
        "counts": {**by_word, "total": sum(counts.values())},
    }
