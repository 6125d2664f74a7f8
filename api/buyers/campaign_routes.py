"""Campaigns: make, list, read, pause, resume, cancel, export."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.buyers import campaign_desk as desk
from api.buyers import campaign_schemas as schemas
from api.buyers.blueprint import KEYED, WITH_BODY, blueprint, refuses
from api.buyers.campaign_csv import CSV, csv_response
from api.gateway import gateway
from api.idempotency.keyed import creates
from api.limits import BULK_BYTES
from api.permissions import permit
from api.reply import json_response
from shared.campaigns.cancel import cancel_campaign
from shared.campaigns.pause import pause, resume

ONE = "/requests/<request_id>"
CAMPAIGN = schemas.CountedCampaignSchema
MAY_FAIL = ("MISSING_FIELDS", "INVALID_FIELD", "INSUFFICIENT_CREDITS", "RATE_LIMITED", *WITH_BODY)


@blueprint.route("/requests", methods=["POST"])
@permit("campaigns:write")
@creates(BULK_BYTES)
@blueprint.about(requestBody=schemas.NEW_CAMPAIGN, parameters=schemas.PARAMETERS)
@blueprint.answers(201, CAMPAIGN, example=schemas.COUNTED, headers=schemas.LOCATION)
@refuses(*MAY_FAIL, *KEYED)
def make_campaign() -> Response:
    """Make a campaign: one task for each of up to 10,000 sites, all or none."""
    made = desk.made()
    response = json_response(made, 201)
    response.headers["Location"] = f"/api/v1/requests/{made['id']}"
    return response


@blueprint.route("/requests", methods=["GET"])
@permit("campaigns:read")
@blueprint.arguments(schemas.CampaignsQuerySchema, location="query")
@blueprint.answers(200, schemas.CampaignPageSchema, example=schemas.PAGE)
@refuses("INVALID_FIELD")
def list_campaigns(query: dict[str, Any]) -> Response:
    """List campaigns, newest first."""
    return json_response(desk.read_page(query))


@blueprint.route(ONE, methods=["GET"])
@permit("campaigns:read")
@blueprint.answers(200, CAMPAIGN, example=schemas.COUNTED)
@refuses("NOT_FOUND")
def show_campaign(request_id: str) -> Response:
    """Read a campaign, and count its tasks."""
    return json_response(desk.read_one(request_id))


@blueprint.route(f"{ONE}/pause", methods=["POST"])
@permit("campaigns:write")
@blueprint.answers(200, CAMPAIGN, example=schemas.COUNTED)
@refuses("NOT_FOUND", "CONFLICT")
def pause_campaign(request_id: str) -> Response:
    """Hand out no more of a campaign; what runs goes on."""
    return json_response(desk.changed(pause, request_id))


@blueprint.route(f"{ONE}/resume", methods=["POST"])
@permit("campaigns:write")
@blueprint.answers(200, CAMPAIGN, example=schemas.COUNTED)
@refuses("NOT_FOUND", "CONFLICT")
def resume_campaign(request_id: str) -> Response:
    """Let a paused campaign go on."""
    return json_response(desk.changed(resume, request_id))


@blueprint.route(ONE, methods=["DELETE"])
@permit("campaigns:write")
@blueprint.answers(200, CAMPAIGN, example=schemas.COUNTED)
@refuses("NOT_FOUND")
def cancel(request_id: str) -> Response:
    """Cancel what is not over of a campaign; what runs ends as soon as its holder stops."""
    return json_response(desk.changed(cancel_campaign, request_id))


@blueprint.route(f"{ONE}/export", methods=["GET"])
@permit("campaigns:read")
@blueprint.answers(200, {"type": "string"}, content_type=CSV, description="One row for each link.")
@refuses("NOT_FOUND")
def export_campaign(request_id: str) -> Response:
    """Read the outcome of a campaign as CSV, while it is sent."""
    return csv_response(gateway().yard.store, desk.found(request_id))
