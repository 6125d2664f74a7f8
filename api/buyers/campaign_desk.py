"""The caller's campaigns for the request at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from marshmallow import ValidationError

from api.auth import caller
from api.buyers.campaign_csv import CSV_TYPES, read_csv
from api.buyers.campaign_view import campaign_body, counted_body
from api.buyers.refusals import refusal, refused
from api.failure import FieldError, Kind, Rejected
from api.gateway import gateway
from api.idempotency.once import requested
from api.invalid import invalid
from api.limits import BULK_BYTES, JSON_TYPES, parse_json, read_body, require_type
from api.paging import LARGEST_LIMIT, cut, number_of
from shared.campaigns.campaign import Campaign, get_campaign, list_campaigns
from shared.campaigns.form import NewCampaign, read_campaign
from shared.campaigns.making import make_campaign
from shared.campaigns.tasks import counts_of
from shared.db import Transaction
from shared.tasks.draft import Draft
from shared.yard import Yard

MOST_ERRORS = 20
"""So many errors are told of one campaign."""
Change = Callable[..., Campaign]


def made() -> dict[str, Any]:
    """Make the campaign that the request asks for."""
    admission, account_id = gateway().admission, caller().account_id
    admission.require_room(account_id)
    new = asked()
    admission.require_room(account_id, len(new.sites))
    registry = gateway().yard.registry
    campaigns: list[str] = []

    def ask(tx: Transaction) -> list[Draft]:
        campaign, drafts = make_campaign(tx, registry, account_id, new)
        campaigns[:] = [campaign.id]
        return drafts

    return read_one(requested(ask, lambda _: campaigns[0]))


def asked() -> NewCampaign:
    """What the request asks for; `Rejected` names each field at fault, up to `MOST_ERRORS`."""
    require_type(JSON_TYPES + CSV_TYPES)
    content = read_body(BULK_BYTES)
    try:
        if request.mimetype in CSV_TYPES:
            return read_csv(content, request.args)
        return read_campaign(_object(content))
    except ValidationError as error:
        raise _refused(invalid(error)) from None


def read_one(campaign_id: str) -> dict[str, Any]:
    """The caller's campaign, counted."""
    return _counted(found(campaign_id))


def read_page(query: Mapping[str, Any]) -> dict[str, Any]:
    """A page of the caller's campaigns, newest first."""
    limit = min(query["limit"], LARGEST_LIMIT)
    before = _before(query["cursor"]) if "cursor" in query else None
    with gateway().yard.store.read() as tx:
        rows = list_campaigns(tx, caller().account_id, before=before, limit=limit + 1)
    page, cursor = cut(rows, limit, lambda campaign: campaign.number)
    return {"requests": [campaign_body(one) for one in page], "next_cursor": cursor}


def found(campaign_id: str) -> Campaign:
    """The caller's campaign; `NotFound` where there is none."""
    with gateway().yard.store.read() as tx:
        return get_campaign(tx, campaign_id, caller().account_id)


def changed(change: Change, campaign_id: str) -> dict[str, Any]:
    """The caller's campaign after ``change``: a pause, its end, or a cancellation."""
    yard: Yard = gateway().yard
    return _counted(change(yard, campaign_id, caller().account_id, actor=caller().actor))


def _counted(campaign: Campaign) -> dict[str, Any]:
    with gateway().yard.store.read() as tx:
        return counted_body(campaign, counts_of(tx, campaign))


def _object(content: bytes) -> dict[str, Any]:
    body = parse_json(content)
    if not isinstance(body, dict):
        raise Rejected(Kind.INVALID_JSON, "The body must be a JSON object.")
    return body


def _before(cursor: str) -> int:
    try:
        return number_of(cursor)
    except Rejected:
        raise refused(
            "INVALID_FIELD", "cursor", "must be a next_cursor of an earlier page."
        ) from None


def _refused(errors: list[FieldError]) -> Rejected:
    told, more = errors[:MOST_ERRORS], len(errors) - MOST_ERRORS
    if more > 0:
        told.append(FieldError("sites", f"{more} more errors are not told here."))
    return refusal(told)
