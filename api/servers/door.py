"""Who may come in where remote servers call: each by a key of its own, and no account."""

from __future__ import annotations

from typing import cast

from flask import g, request

from api.failure import Kind, Rejected
from api.gateway import gateway
from api.limited import count
from shared.accounts.role import SERVER_PERMISSIONS
from shared.servers.key import verify_key
from shared.servers.presence import heard
from shared.servers.server import Server

HEADER = "X-API-Key"
CHALLENGE = {"WWW-Authenticate": f'{HEADER} realm="taskyard"'}


class ServersDoor:
    """Lets in whoever has the key of an enabled server, and notes that it was heard.

    The store is asked at every call, so that a revoked key ends at once.
    """

    def admit(self, permission: str | None) -> None:
        """Let a server in; 401 where the key is none of a server's."""
        g.server = found = server_now()
        count(found.id, found.account_id)
        if permission not in SERVER_PERMISSIONS:
            raise Rejected(Kind.FORBIDDEN, "Servers may not do this.")


def server() -> Server:
    """Which server makes the request at hand."""
    return cast(Server, g.server)


def server_now() -> Server:
    """That server as the store knows it by now; 401 where its key has ended."""
    key = request.headers.get(HEADER, "").strip()
    if not key:
        raise _unauthorized(f"Send `{HEADER}` with the server's key.")
    yard = gateway().yard
    with yard.store.read() as tx:
        found = verify_key(tx, yard.settings, key)
        if found is not None:
            heard(tx, found)
    if found is None:
        raise _unauthorized(
            f"{HEADER}: the key is unknown, revoked or expired, or its server was removed or "
            "disabled."
        )
    return found


def _unauthorized(detail: str) -> Rejected:
    return Rejected(Kind.UNAUTHORIZED, detail, headers=CHALLENGE)
