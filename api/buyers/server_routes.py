"""Servers, for those who run them: make, list, read, change, remove, and their keys."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.auth import caller
from api.buyers import server_examples as examples
from api.buyers import server_schemas as schemas
from api.buyers.blueprint import KEYED, WITH_BODY, blueprint, refuses
from api.buyers.change import read_change
from api.buyers.server_desk import make_server, visible_server, visible_servers
from api.buyers.server_view import key_body, server_body
from api.gateway import gateway
from api.idempotency.keyed import creates
from api.idempotency.once import created
from api.permissions import permit
from api.reply import json_response, no_content
from shared.db import Transaction
from shared.servers import registration
from shared.servers.standing import read_standing, read_standings

CHANGE = schemas.ServerChangeSchema()
BAD_BODY = ("MISSING_FIELDS", "INVALID_FIELD", *WITH_BODY)
Body = dict[str, Any]


@blueprint.route("/servers", methods=["GET"])
@permit("servers:read")
@blueprint.arguments(schemas.ServersQuerySchema, location="query")
@blueprint.answers(200, schemas.ServersSchema, example={"servers": [examples.SERVER]})
@refuses("INVALID_FIELD", "NOT_FOUND")
def list_all_servers(query: Body) -> Response:
    """List the account's servers, oldest first; an admin sees all, or those of `account`."""
    with gateway().yard.store.read() as tx:
        found = visible_servers(tx, caller(), query.get("account"))
        standings = read_standings(tx, found)
    return json_response({"servers": [server_body(standing) for standing in standings]})


@blueprint.route("/servers", methods=["POST"])
@permit("servers:write")
@creates()
@blueprint.arguments(schemas.NewServerSchema, required=True, example=examples.NEW)
@blueprint.answers(201, schemas.CreatedServerSchema, example=examples.CREATED)
@refuses("NOT_FOUND", *BAD_BODY, *KEYED)
def create_server(asked: Body) -> Response:
    """Make a server, with a key that is shown this once; an operator's serves its account."""
    yard, maker = gateway().yard, caller()

    def work(tx: Transaction) -> Body:
        made, text = make_server(tx, yard.settings, maker, asked)
        return server_body(read_standing(tx, made)) | {"serverId": made.id, "apiKey": text}

    return json_response(created(work), 201)


@blueprint.route("/servers/<server_id>", methods=["GET"])
@permit("servers:read")
@blueprint.answers(200, schemas.ServerSchema, example=examples.SERVER)
@refuses("NOT_FOUND")
def show_server(server_id: str) -> Response:
    """Read a server: what it has to do, and what it last said of itself."""
    with gateway().yard.store.read() as tx:
        server = visible_server(tx, caller(), server_id)
        return json_response(server_body(read_standing(tx, server)))


@blueprint.route("/servers/<server_id>", methods=["PATCH"])
@permit("servers:write")
@blueprint.about(requestBody=examples.CHANGE)
@blueprint.answers(200, schemas.ServerSchema, example=examples.SERVER)
@refuses("NOT_FOUND", *BAD_BODY)
def change_server(server_id: str) -> Response:
    """Change a server; what is queued at one that gets nothing more goes to others."""
    change, changer = read_change(CHANGE), caller()

    def work(tx: Transaction) -> Body:
        server = visible_server(tx, changer, server_id)
        changed = registration.change_said(tx, server, actor=changer.actor, **change)
        return server_body(read_standing(tx, changed))

    return json_response(gateway().yard.store.transact(work))


@blueprint.route("/servers/<server_id>", methods=["DELETE"])
@permit("servers:write")
@blueprint.answers(204)
@refuses("NOT_FOUND")
def remove_server(server_id: str) -> Response:
    """Remove a server: its keys end, what is queued at it goes to others."""
    remover = caller()

    def work(tx: Transaction) -> None:
        server = visible_server(tx, remover, server_id)
        registration.remove_server(tx, server, actor=remover.actor)

    gateway().yard.store.transact(work)
    return no_content()


@blueprint.route("/servers/<server_id>/keys", methods=["POST"])
@permit("servers:write")
@creates()
@blueprint.arguments(schemas.RotationSchema, required=False, example=examples.ROTATION)
@blueprint.answers(201, schemas.NewServerKeySchema, example=examples.NEW_KEY)
@refuses("INVALID_FIELD", "NOT_FOUND", *WITH_BODY, *KEYED)
def rotate_server_key(asked: Body, server_id: str) -> Response:
    """Make a new key, shown this once; those before it end after `overlapSeconds`."""
    yard, maker, overlap = gateway().yard, caller(), float(asked["overlapSeconds"])

    def work(tx: Transaction) -> Body:
        server = visible_server(tx, maker, server_id)
        key, text = registration.rotate_key(tx, yard.settings, server, overlap, actor=maker.actor)
        return key_body(key) | {"apiKey": text}

    return json_response(created(work), 201)


@blueprint.route("/servers/<server_id>/keys/<key>", methods=["DELETE"])
@permit("servers:write")
@blueprint.answers(200, schemas.ServerKeySchema, example=examples.REVOKED)
@refuses("NOT_FOUND")
def revoke_server_key(server_id: str, key: str) -> Response:
    """End a key at once, named by its id or its prefix."""
    revoker = caller()

    def work(tx: Transaction) -> Body:
        server = visible_server(tx, revoker, server_id)
        return key_body(registration.revoke_key(tx, server, key, actor=revoker.actor))

    return json_response(gateway().yard.store.transact(work))
