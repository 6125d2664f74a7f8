"""The buyers' dialect: whoever pays for answers, and the people who give them."""

from __future__ import annotations

from flask_smorest import Api

from api.buyers import account_routes, device_routes, routes, rule_routes, validator_routes
from api.buyers.blueprint import blueprint
from api.buyers.dialect import Buyers
from api.buyers.schemas import ProblemSchema

__all__ = [
    "DIALECT",
    "account_routes",
    "device_routes",
    "join",
    "routes",
    "rule_routes",
    "validator_routes",
]
DIALECT = Buyers()


def join(api: Api) -> None:
    """Add this dialect's routes to the gateway."""
    api.spec.components.schema("Problem", schema=ProblemSchema)
    api.register_blueprint(blueprint)
