"""What a link task is told, and the order that a connector is given for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from shared.campaigns.campaign import Campaign
from shared.links.order import Order, Site
from shared.links.service import Service
from shared.tasks.task_type import Payload

POOL = "links"
"""The pool of all link tasks."""
SECRETS = frozenset({"password"})
"""The payload fields that are sealed, whoever brought them."""
LONGEST_TEXT = 10_000
SITE_FIELDS = ("email", "username", "about")


def _text(longest: int) -> fields.String:
    return fields.String(
        load_default="", validate=[validate.Length(max=longest), validate.ContainsNoneOf("\x00")]
    )


class LinkPayload(Schema):
    """One site; a task that belongs to no campaign also says what for."""

    class Meta:
        """Unknown keys are ignored."""

        unknown = EXCLUDE

    site_id = _text(100)
    site_name = _text(500)
    site_url = _text(2000)
    site_kind = _text(40)
    email = _text(320)
    username = _text(320)
    password = _text(2000)
    about = _text(LONGEST_TEXT)
    website = _text(2000)
    name = _text(200)
    config = fields.Dict(keys=fields.String(), load_default=dict)


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
