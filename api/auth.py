"""Every request's caller, and whether the caller may do what the route does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from flask import Flask, current_app, g, request

from api.caller import Caller
from api.failure import Kind, Rejected
from api.gateway import gateway
from api.permissions import PUBLIC, permission_of
from shared.accounts.role import may

SCHEME = "bearer"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="taskyard"'}


class Door(Protocol):
    """What the routes of one blueprint ask of their callers, and grant, beyond all others."""

    def unnamed(self) -> Caller:
        """Whom a request without a credential acts as; else `Rejected`."""

    def require(self, caller: Caller) -> None:
        """`Rejected` where ``caller`` may use none of these routes."""


def guard_routes(app: Flask, doors: Mapping[str, Door]) -> None:
    """Let nobody into a route of ``app`` who is unknown or not allowed.

    ``doors`` are those of the blueprints that have one, by name.
    """

    @app.before_request
    def check() -> None:
        endpoint = request.endpoint
        if endpoint is None or endpoint in PUBLIC or request.method == "OPTIONS":
            return
        door = doors.get(request.blueprint or "")
        header = request.headers.get("Authorization")
        if door is None:
            g.caller = let_in(header or "")
        else:
            g.caller = door.unnamed() if header is None else let_in(header)
            door.require(g.caller)
        require(permission_of(current_app, endpoint))


def caller() -> Caller:
    """Who makes the request at hand."""
    return cast(Caller, g.caller)


def let_in(header: str) -> Caller:
    """Whom the ``Authorization`` header names; 401 where it names nobody."""
    scheme, _, credential = header.partition(" ")
    if scheme.lower() != SCHEME or not credential.strip():
        raise Rejected(
            Kind.UNAUTHORIZED,
            "Send `Authorization: Bearer` with a token or an API key.",
            headers=CHALLENGE,
        )
    found = gateway().credentials.caller(credential.strip())
    if found is None:
        raise Rejected(
            Kind.UNAUTHORIZED,
            "The credential is unknown, forged, revoked or expired.",
            headers=CHALLENGE,
        )
    return found


def require(permission: str | None) -> None:
    """Refuse a caller whose role lacks ``permission``; nobody holds a missing one."""
    role = caller().role
    if permission is None or not may(role, permission):
        raise Rejected(Kind.FORBIDDEN, f"The role {role.value} may not do this.")
