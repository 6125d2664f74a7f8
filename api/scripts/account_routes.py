"""Accounts of platforms: list, register, read, change, remove."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.idempotency.keyed import creates
from api.permissions import permit
from api.scripts import account_desk as desk
from api.scripts import account_examples as examples
from api.scripts import account_schemas as schemas
from api.scripts.blueprint import KEYED, WITH_BODY, blueprint, done, enveloped, refuses
from api.scripts.dialect import Code

ACCOUNT = enveloped("AccountAnswer", fields.Nested(schemas.WholeAccountSchema, required=True))
ACCOUNTS = enveloped("AccountsAnswer", fields.Nested(schemas.AccountPageSchema, required=True))
REMOVED = enveloped("AccountRemovedAnswer", fields.Nested(schemas.AccountRemovedSchema))


@blueprint.route("/api/v1/accounts", methods=["GET"])
@permit("devices:read")
@blueprint.arguments(schemas.AccountsQuerySchema, location="query")
@blueprint.answers(200, ACCOUNTS, example=examples.ACCOUNTS)
@refuses(Code.INVALID)
def show_accounts(query: dict[str, Any]) -> Response:
    """List accounts, oldest first."""
    return done(desk.read_accounts(query))


@blueprint.route("/api/v1/accounts", methods=["POST"])
@permit("devices:write")
@creates()
@blueprint.arguments(schemas.NewAccountSchema, required=True, example=examples.NEW)
@blueprint.answers(200, ACCOUNT, example=examples.ACCOUNT)
@refuses(*WITH_BODY, *KEYED)
def add_account(asked: dict[str, Any]) -> Response:
    """Register an account; without a credential its posts are put into the outbox."""
    return done(desk.registered(asked))


@blueprint.route("/api/v1/accounts/<account_id>", methods=["GET"])
@permit("devices:read")
@blueprint.answers(200, ACCOUNT, example=examples.ACCOUNT)
@refuses(Code.INVALID, Code.NOT_FOUND)
def show_account(account_id: str) -> Response:
    """Read an account, with its pace."""
    return done(desk.read_account(account_id))


@blueprint.route("/api/v1/accounts/<account_id>", methods=["PATCH"])
@permit("devices:write")
@blueprint.arguments(schemas.AccountChangeSchema, required=True, example=examples.CHANGE)
@blueprint.answers(200, ACCOUNT, example=examples.ACCOUNT)
@refuses(Code.NOT_FOUND, Code.CONFLICT, *WITH_BODY)
def change_account(asked: dict[str, Any], account_id: str) -> Response:
    """Change an account; a new credential logs it in, and its tasks go on."""
    return done(desk.changed_account(account_id, asked))


@blueprint.route("/api/v1/accounts/<account_id>", methods=["DELETE"])
@permit("devices:write")
@blueprint.answers(200, REMOVED, example=examples.REMOVED)
@refuses(Code.INVALID, Code.NOT_FOUND, Code.CONFLICT)
def delete_account(account_id: str) -> Response:
    """Remove an account whose tasks are all over; they keep its name."""
    return done({"id": desk.removed(account_id), "deleted": True})
