"""What the account's plan allows."""

from __future__ import annotations

from flask import Response
from marshmallow import fields

from api.auth import caller
from api.permissions import permit
from api.scripts import examples, schemas
from api.scripts.blueprint import blueprint, done, enveloped, refuses

LICENSE = enveloped("LicenseAnswer", fields.Nested(schemas.LicenseSchema, required=True))


@blueprint.route("/api/v1/license/check", methods=["GET"])
@permit("devices:read")
@blueprint.answers(200, LICENSE, example=examples.LICENSE)
@refuses()
def check_license() -> Response:
    """Say which plan the account has, and how many devices it may use."""
    plan = caller().account.plan
    return done(
        {
            "plan_name": plan.value,
            "api_enabled": plan.has_script_api,
            "device_limit": plan.device_limit,
            "message": f"The plan {plan} includes this API and {plan.device_limit} devices.",
        }
    )
