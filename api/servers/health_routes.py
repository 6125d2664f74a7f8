"""What servers say of themselves."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.failure import Kind
from api.gateway import gateway
from api.permissions import permit
from api.servers import examples
from api.servers.blueprint import WITH_BODY, done, enveloped, refuses, servers
from api.servers.dialect import moment_text
from api.servers.door import server
from api.servers.health_schemas import ServerHealthSchema, ServerHeardSchema
from shared.db import Transaction
from shared.servers.presence import note_health

HEARD = enveloped("ServerHeardAnswer", fields.Nested(ServerHeardSchema, required=True))


@servers.route("/api/v1/worker/health", methods=["POST"])
@permit("links:do")
@servers.arguments(ServerHealthSchema, example=examples.HEALTH)
@servers.answers(200, HEARD, example=examples.HEARD)
@refuses(Kind.INVALID_FIELD, *WITH_BODY)
def note(said: dict[str, Any]) -> Response:
    """Say how the server is; every other call shows as well that it is there."""
    who = server()

    def work(tx: Transaction) -> str | None:
        note_health(tx, who, said)
        return moment_text(tx.now)

    now = gateway().yard.store.transact(work)
    return done({"status": "ok", "server_id": who.id, "server_name": who.name, "server_time": now})
