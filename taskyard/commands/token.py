"""``taskyard token``: a JWT for an account."""

from __future__ import annotations

import click

from shared.accounts.role import Role
from shared.accounts.token import grant_token
from taskyard.desk import account_of, open_desk
from taskyard.number import NumberRange
from taskyard.output import json_option, show


@click.command("token")
@click.argument("account")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.BUYER.value,
    show_default=True,
)
@click.option("--user", metavar="NAME", help="The person it belongs to; validators need one.")
@click.option(
    "--ttl",
    type=NumberRange(min=1),
    default=3600.0,
    show_default=True,
    metavar="S",
    help="Seconds it is good for.",
)
@json_option
def command(account: str, role: str, user: str | None, ttl: float, as_json: bool) -> None:
    """Issue a token; without --json only the token itself is printed."""
    with open_desk() as desk, desk.store.begin() as tx:
        found = account_of(tx, account)
        token = grant_token(tx, desk.settings, found.id, role, user, ttl)
    if as_json:
        show({"account_id": found.id, "role": role, "token": token}, as_json=True)
    else:
        click.echo(token)
