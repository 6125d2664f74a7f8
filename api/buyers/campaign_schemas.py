"""What buyers send and get about campaigns, field by field: answered in the names asked in."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from api.buyers.campaign_csv import CSV
from api.fields import Count
from api.paging import DEFAULT_LIMIT
from shared.campaigns.form import CampaignSchema
from shared.campaigns.sites import COLUMNS
from shared.links.service import SERVICES
from shared.tasks.status import Status

MOMENT = {"format": "date-time"}
CAMPAIGN_ID = "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e0a"
MADE_AT = "2030-01-31T08:00:00.000Z"
ASKED: dict[str, Any] = {
    "name": "Spring",
    "website": "https://shop.example",
    "service_type": "social",
    "type_request": "post",
    "auction_price": 12.5,
    "max_retries": 3,
    "config": {"text": "{name}: {website}"},
    "sites": [
        {
            "name": "Our Mastodon",
            "url": "https://social.example",
            "kind": "mastodon",
            "username": "ada",
            "password": "the site's own",
        }
    ],
}
CAMPAIGN: dict[str, Any] = {
    "id": CAMPAIGN_ID,
    **{name: ASKED[name] for name in ("name", "website", "service_type", "type_request")},
    "auction_price": 12.5,
    "link_cost_cents": 13,
    "config": ASKED["config"],
    "size": 1,
    "paused_at": None,
    "canceled_at": None,
    "created_at": MADE_AT,
    "updated_at": MADE_AT,
}
COUNTS = {status.value: int(status is Status.PENDING) for status in Status} | {"total": 1}
COUNTED = {**CAMPAIGN, "counts": COUNTS}
PAGE = {"requests": [CAMPAIGN], "next_cursor": None}
TABLE = "name,url,kind,username,password\r\nOurs,https://social.example,mastodon,ada,secret\r\n"
LOCATION = {"Location": {"description": "Where it is read.", "schema": {"type": "string"}}}


class CampaignsQuerySchema(Schema):
    """Which page of campaigns."""

    limit = Count(1, load_default=DEFAULT_LIMIT, metadata={"description": "Over 100 is 100."})
    cursor = fields.String(metadata={"description": "The next_cursor of an earlier page."})


class CampaignBodySchema(Schema):
    """A campaign."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    website = fields.String(required=True)
    service_type = fields.String(required=True, metadata={"enum": list(SERVICES)})
    type_request = fields.String(required=True)
    auction_price = fields.Float(required=True)
    link_cost_cents = fields.Integer(
        required=True, metadata={"description": "Held for each link, and kept once it is made."}
    )
    config = fields.Dict(required=True)
    size = fields.Integer(
        required=True, metadata={"description": "How many sites it was made with."}
    )
    paused_at = fields.String(required=True, allow_none=True, metadata=MOMENT)
    canceled_at = fields.String(required=True, allow_none=True, metadata=MOMENT)
    created_at = fields.String(required=True, metadata=MOMENT)
    updated_at = fields.String(required=True, metadata=MOMENT)


COUNT_FIELDS = {word: fields.Integer(required=True) for word in COUNTS}
CountsSchema = Schema.from_dict(dict(COUNT_FIELDS), name="CampaignCountsSchema")


class CountedCampaignSchema(CampaignBodySchema):
    """A campaign, and how many of its tasks are in each status."""

    counts = fields.Nested(CountsSchema, required=True)


class CampaignPageSchema(Schema):
    """A page of campaigns, newest first."""

    requests = fields.List(fields.Nested(CampaignBodySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def _parameter(name: str) -> dict[str, Any]:
    about = f"Where the body is {CSV}: what the JSON body has as {name}."
    return {"in": "query", "name": name, "schema": {"type": "string"}, "description": about}


PARAMETERS = [_parameter(name) for name in CampaignSchema(exclude=["sites"]).fields]
NEW_CAMPAIGN: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {"schema": CampaignSchema, "example": ASKED},
        CSV: {
            "schema": {"type": "string", "description": f"Columns: {', '.join(COLUMNS)}."},
            "example": TABLE,
        },
    },
}
