"""``taskyard key``: API keys of an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from shared.accounts.api_key import ApiKey, create_api_key, list_api_keys, revoke_api_key
from shared.accounts.role import Role
from taskyard.desk import account_of, open_desk
from taskyard.output import json_option, show, show_list

role_option = click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.OPERATOR.value,
    show_default=True,
)


@click.group("key")
def command() -> None:
    """API keys."""


@command.command("create")
@click.argument("account")
@click.option("--name", default="key", show_default=True, help="What it is for.")
@role_option
@click.option("--user", metavar="NAME", help="The person it belongs to; validators need one.")
@click.option("--ttl", type=click.FloatRange(min=1), metavar="S", help="Seconds until it expires.")
@json_option
def create(
    account: str, name: str, role: str, user: str | None, ttl: float | None, as_json: bool
) -> None:
    """Make an API key, which is shown this once."""
    with open_desk() as desk, desk.store.begin() as tx:
        expires_at = tx.now + timedelta(seconds=ttl) if ttl else None
        key, text = create_api_key(
            tx,
            desk.settings,
            account_of(tx, account).id,
            name=name,
            role=role,
            user=user,
            expires_at=expires_at,
        )
    show({"key_id": key.id, "api_key": text}, as_json=as_json)


@command.command("list")
@click.argument("account")
@json_option
def show_all(account: str, as_json: bool) -> None:
    """Show an account's keys, revoked ones too; never their text."""
    with open_desk() as desk, desk.store.read() as tx:
        keys = list_api_keys(tx, account_of(tx, account).id)
    show_list([_fields(key) for key in keys], as_json=as_json)


@command.command("revoke")
@click.argument("account")
@click.argument("key")
@json_option
def revoke(account: str, key: str, as_json: bool) -> None:
    """End a key at once, named by its id or its prefix."""
    with open_desk() as desk, desk.store.begin() as tx:
        revoked = revoke_api_key(tx, account_of(tx, account).id, key)
    show(_fields(revoked), as_json=as_json)


def _fields(key: ApiKey) -> dict[str, Any]:
    return {
        "key_id": key.id,
        "prefix": key.prefix,
        "name": key.name,
        "role": key.role.value,
        "user": key.user,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }
