"""The buyers' dialect: whoever pays for tasks, who answers them, and who looks after the yard."""

from __future__ import annotations

from flask_smorest import Api

from api.buyers import (
    account_routes,
    campaign_routes,
    delivery_routes,
    device_routes,
    event_routes,
    retry_routes,
    routes,
    rule_routes,
    schedule_routes,
    server_routes,
    validator_routes,
    webhook_routes,
)
from api.buyers.blueprint import blueprint
from api.buyers.dialect import Buyers
from api.buyers.event_schemas import EventSchema
from api.buyers.event_view import write_event
from api.buyers.schemas import ProblemSchema

__all__ = [
    "DIALECT",
    "account_routes",
    "campaign_routes",
    "delivery_routes",
    "device_routes",
    "event_routes",
    "join",
    "retry_routes",
    "routes",
    "rule_routes",
    "schedule_routes",
    "server_routes",
    "validator_routes",
    "webhook_routes",
    "write_event",
]
DIALECT = Buyers()


def join(api: Api) -> None:
    """Add this dialect's routes to the gateway."""
    api.spec.components.schema("Problem", schema=ProblemSchema)
    api.spec.components.schema("Event", schema=EventSchema)
    api.register_blueprint(blueprint)
