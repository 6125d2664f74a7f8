"""The buyers' dialect: whoever pays for tasks, who answers them, and who looks after the yard."""

from __future__ import annotations

from flask_smorest import Api

from api.buyers import (
    account_routes,
    campaign_routes,
    device_routes,
    retry_routes,
    routes,
    rule_routes,
    schedule_routes,
    server_routes,
    validator_routes,
)
from api.buyers.blueprint import blueprint
from api.buyers.dialect import Buyers
from api.buyers.schemas import ProblemSchema

__all__ = [
    "DIALECT",
    "account_routes",
    "campaign_routes",
    "device_routes",
    "join",
    "retry_routes",
    "routes",
    "rule_routes",
    "schedule_routes",
    "server_routes",
    "validator_routes",
]
DIALECT = Buyers()


def join(api: Api) -> None:
    """Add this dialect's routes to the gateway."""
    api.spec.components.schema("Problem", schema=ProblemSchema)
    api.register_blueprint(blueprint)
