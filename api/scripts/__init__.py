"""The scripts' dialect: operators, their devices and accounts, and what runs on them."""

from __future__ import annotations

from flask_smorest import Api

from api.scripts import account_routes, control_routes, license_routes, material_routes, task_routes
from api.scripts.blueprint import blueprint
from api.scripts.dialect import NAME, PREFIXES, Scripts
from api.scripts.door import OperatorsDoor
from api.scripts.schemas import ScriptsErrorSchema

__all__ = [
    "DIALECT",
    "DOOR",
    "NAME",
    "PREFIXES",
    "account_routes",
    "control_routes",
    "join",
    "license_routes",
    "material_routes",
    "task_routes",
]
DIALECT = Scripts()
DOOR = OperatorsDoor()


def join(api: Api) -> None:
    """Add this dialect's routes to the gateway."""
    api.spec.components.schema("ScriptsError", schema=ScriptsErrorSchema)
    api.register_blueprint(blueprint)
