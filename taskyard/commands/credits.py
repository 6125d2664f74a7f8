"""``taskyard credits``: what an account may spend."""

from __future__ import annotations

import click

from shared.accounts.ledger import top_up
from taskyard.desk import account_of, open_desk
from taskyard.output import json_option, show


@click.group("credits")
def command() -> None:
    """What an account may spend."""


@command.command("add", context_settings={"ignore_unknown_options": True})
@click.argument("account")
@click.argument("cents", type=click.IntRange(min=1))
@json_option
def add(account: str, cents: int, as_json: bool) -> None:
    """Put CENTS on an account."""
    with open_desk() as desk, desk.store.begin() as tx:
        topped_up = top_up(tx, account_of(tx, account).id, cents, actor="taskyard credits")
    show(
        {
            "account_id": topped_up.id,
            "balance_cents": topped_up.balance_cents,
            "held_cents": topped_up.held_cents,
        },
        as_json=as_json,
    )
