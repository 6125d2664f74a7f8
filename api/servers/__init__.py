"""The servers' dialect: remote servers, and the links that they make."""

from __future__ import annotations

from flask_smorest import Api

from api.servers import claim_routes, health_routes, task_routes
from api.servers.blueprint import KEY_SCHEME, servers
from api.servers.dialect import NAME, PREFIXES, Servers
from api.servers.door import HEADER, ServersDoor
from api.servers.error_schema import ServersErrorSchema

__all__ = [
    "DIALECT",
    "DOOR",
    "NAME",
    "PREFIXES",
    "claim_routes",
    "health_routes",
    "join",
    "task_routes",
]
DIALECT = Servers()
DOOR = ServersDoor()
KEY = {
    "type": "apiKey",
    "in": "header",
    "name": HEADER,
    "description": "The key of a remote server.",
}


def join(api: Api) -> None:
    """Add this dialect's routes to the gateway."""
    api.spec.components.security_scheme(KEY_SCHEME, KEY)
    api.spec.components.schema("ServersError", schema=ServersErrorSchema)
    api.register_blueprint(servers)
