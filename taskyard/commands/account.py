"""``taskyard account``: whom tasks belong to."""

from __future__ import annotations

from typing import Any

import click

from shared.accounts.account import Account, create_account, disable, list_accounts, set_account
from shared.accounts.annotators import Annotators
from shared.accounts.api_key import create_api_key
from shared.accounts.ledger import top_up
from shared.accounts.plan import Plan
from taskyard.desk import account_of, open_desk
from taskyard.output import json_option, show, show_list

ACTOR = "taskyard account"
plan_option = click.option("--plan", type=click.Choice([plan.value for plan in Plan]))
annotators_option = click.option(
    "--annotators",
    type=click.Choice([word.value for word in Annotators]),
    help="Who answers its tasks.",
)


@click.group("account")
def command() -> None:
    """Accounts: whom tasks belong to, and who pays for them."""


@command.command("create")
@click.argument("name")
@plan_option
@annotators_option
@click.option("--credits-cents", type=click.IntRange(min=0), default=0, metavar="N")
@json_option
def create(
    name: str, plan: str | None, annotators: str | None, credits_cents: int, as_json: bool
) -> None:
    """Make an account and its first API key, which is shown this once.

    Its plan is starter, its annotators are mixed, and it has no credits, unless told otherwise.
    """
    with open_desk() as desk, desk.store.begin() as tx:
        account = create_account(
            tx, name, plan=plan or Plan.STARTER, annotators=annotators or Annotators.MIXED
        )
        if credits_cents:
            top_up(tx, account.id, credits_cents, actor=ACTOR)
        _, key = create_api_key(tx, desk.settings, account.id, name="first")
    show({"account_id": account.id, "api_key": key}, as_json=as_json)


@command.command("list")
@json_option
def show_all(as_json: bool) -> None:
    """Show every account."""
    with open_desk() as desk, desk.store.read() as tx:
        accounts = list_accounts(tx)
    show_list([_fields(account) for account in accounts], as_json=as_json)


@command.command("set")
@click.argument("account")
@plan_option
@annotators_option
@click.option("--enable", is_flag=True, help="Let a disabled account in again.")
@json_option
def change(
    account: str, plan: str | None, annotators: str | None, enable: bool, as_json: bool
) -> None:
    """Change an account's plan, or who answers its tasks, or enable it."""
    with open_desk() as desk, desk.store.begin() as tx:
        found = account_of(tx, account)
        changed = set_account(
            tx, found.id, plan=plan, annotators=annotators, enabled=True if enable else None
        )
    show(_fields(changed), as_json=as_json)


@command.command("disable")
@click.argument("account")
@json_option
def close(account: str, as_json: bool) -> None:
    """Close an account: its keys and tokens no longer work; its tasks stay."""
    with open_desk() as desk, desk.store.begin() as tx:
        closed = disable(tx, account_of(tx, account).id)
    show(_fields(closed), as_json=as_json)


def _fields(account: Account) -> dict[str, Any]:
    return {
        "account_id": account.id,
        "name": account.name,
        "plan": account.plan.value,
        "annotators": account.annotators.value,
        "enabled": account.enabled,
        "balance_cents": account.balance_cents,
        "held_cents": account.held_cents,
        "created_at": account.created_at,
    }
