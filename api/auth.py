"""Every request's caller, and whether the caller may do what the route does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, cast

from flask import Flask, current_app, g, request

from api.caller import Caller
from api.failure import Kind, Rejected
from api.gateway import gateway
from api.limited import count
from api.permissions import PUBLIC, permission_of
from shared.accounts.role import may

SCHEME = "bearer"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="taskyard"'}


class Door(Protocol):
    """Who may use the routes of one blueprint, and by what credential."""

    def admit(self, permission: str | None) -> None:
        """Learn who makes the request at hand, and let them in; else `Rejected`.

        ``permission`` is what the route asks for; nobody has a missing one.
        """


class AccountsDoor:
    """The ordinary door: an account's credential, and a role that may do what the route does."""

    def admit(self, permission: str | None) -> None:
        """Let an account's caller in."""
        meet(caller_of(request.headers.get("Authorization", "")))
        let_in(permission)


def guard_routes(app: Flask, doors: Mapping[str, Door]) -> None:
    """Let nobody into a route of ``app`` who is unknown or not allowed.

    ``doors`` are those of the blueprints that have one of their own, by name.
    """
    ordinary = AccountsDoor()

    @app.before_request
    def check() -> None:
        endpoint = request.endpoint
        if endpoint is None or endpoint in PUBLIC or request.method == "OPTIONS":
            return
        door = doors.get(request.blueprint or "", ordinary)
        door.admit(permission_of(current_app, endpoint))


def caller() -> Caller:
    """Who makes the request at hand."""
    return cast(Caller, g.caller)


def caller_of(header: str) -> Caller:
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


def meet(found: Caller) -> None:
    """Remember that ``found`` makes the request at hand; 429 where that is one too many."""
    g.caller = found
    count(found.counted_as, found.account_id)


def still_good() -> Callable[[], bool]:
    """Whether the credential of the request at hand is good, asked later and outside of it."""
    credential = request.headers.get("Authorization", "").partition(" ")[2].strip()
    known = gateway().credentials
    return lambda: known.caller(credential) is not None


def let_in(permission: str | None) -> None:
    """Let the caller make the request at hand; 403 where the role lacks ``permission``."""
    role = caller().role
    if permission is None or not may(role, permission):
        raise Rejected(Kind.FORBIDDEN, f"The role {role.value} may not do this.")
