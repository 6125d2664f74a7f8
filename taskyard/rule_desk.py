"""Rules on the command line: which one is meant, and what is printed of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import click

from shared.accounts.account import list_accounts
from shared.db import Transaction
from shared.errors import Refused
from shared.tasks.registry import Registry
from shared.tasks.rule_names import check_name
from shared.tasks.rules import YARD, Rule, RuleKey, Scope, find_rule, read_rules
from taskyard.desk import account_of

Command = TypeVar("Command", bound=Callable[..., Any])
EVERYBODY = "everybody"


def rule_arguments(command: Command) -> Command:
    """What names a rule, the same everywhere."""
    whose = click.option("--account", metavar="A", help="Concern this account's tasks alone.")
    scope = click.argument("scope", type=click.Choice([scope.value for scope in Scope]))
    return scope(click.argument("name")(whose(command)))


def key_of(
    tx: Transaction, registry: Registry, scope: str, name: str, account: str | None
) -> RuleKey:
    """The key of the rule that is meant; `Refused` where there is nothing of that name."""
    kind, owner = Scope(scope), account_of(tx, account).id if account else YARD
    key = RuleKey(kind, account_of(tx, name).id if kind is Scope.ACCOUNT else name, owner)
    if kind is Scope.ACCOUNT and owner not in (YARD, key.name):
        raise Refused("A rule about an account concerns its own tasks: leave out --account.")
    if find_rule(tx, key) is None:
        check_name(registry, key)
    return key


def pauses_beside(tx: Transaction, key: RuleKey) -> list[str]:
    """The owners of other rules that pause the same queue, type or account."""
    same = (rule for rule in read_rules(tx) if replace(rule.key, owner_id=key.owner_id) == key)
    return [rule.key.owner_id for rule in same if rule.is_paused and rule.key != key]


def account_names(tx: Transaction) -> dict[str, str]:
    """Every account's name by its id."""
    return {account.id: account.name for account in list_accounts(tx)}


def key_fields(key: RuleKey) -> dict[str, str]:
    """What names a rule, for programs. Pure."""
    owner = "yard" if key.owner_id == YARD else key.owner_id
    return {"scope": key.scope.value, "name": key.name, "owner": owner}


def rule_fields(rule: Rule, running: int) -> dict[str, Any]:
    """A rule for programs. Pure."""
    return {
        **key_fields(rule.key),
        "paused": rule.is_paused,
        "paused_at": rule.paused_at,
        "paused_by": rule.paused_by,
        "max_running": rule.max_running,
        "per_second": rule.per_second,
        "running": running,
        "updated_at": rule.updated_at,
    }


def rule_row(rule: Rule, running: int, names: Mapping[str, str]) -> dict[str, Any]:
    """A rule for people, accounts by their ``names``. Pure."""
    key = rule.key
    return {
        "scope": key.scope.value,
        "name": names.get(key.name, key.name),
        "concerns": EVERYBODY if key.owner_id == YARD else names.get(key.owner_id, key.owner_id),
        "paused_at": rule.paused_at,
        "paused_by": rule.paused_by,
        "max_running": rule.max_running,
        "per_second": rule.per_second,
        "running": running,
    }


def rule_sentence(rule: Rule, running: int, names: Mapping[str, str]) -> str:
    """What holds now, in a line. Pure."""
    row = rule_row(rule, running, names)
    whose = "" if row["concerns"] in (EVERYBODY, row["name"]) else f" for {row['concerns']}"
    limits = (
        f"at most {rule.max_running} at once" if rule.max_running is not None else None,
        f"at most {rule.per_second:g} a second" if rule.per_second is not None else None,
    )
    held = ", ".join(limit for limit in limits if limit) or "no limits"
    state = "paused" if rule.is_paused else "not paused"
    what = f"The {row['scope']} {row['name']} is {state}{whose}"
    return f"{what}; {held}; {running} handed out or running."
