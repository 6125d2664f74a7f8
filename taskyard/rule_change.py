"""The way of a rule's change: found, changed, shown."""

from __future__ import annotations

from collections.abc import Callable

import click

from shared.tasks.rules import YARD, Rule, RuleKey, in_flight
from shared.yard import Yard
from taskyard.desk import open_whole_yard
from taskyard.output import show
from taskyard.rule_desk import account_names, key_of, pauses_beside, rule_fields, rule_sentence

Change = Callable[[Yard, RuleKey], Rule]


def change_rule(
    change: Change, scope: str, name: str, account: str | None, *, as_json: bool
) -> None:
    """Change the rule that is meant, and print it as it is then."""
    with open_whole_yard() as yard:
        with yard.store.read() as tx:
            key = key_of(tx, yard.registry, scope, name, account)
        rule = change(yard, key)
        with yard.store.read() as tx:
            running, names, beside = in_flight(tx, key), account_names(tx), pauses_beside(tx, key)
    if as_json:
        show(rule_fields(rule, running), as_json=True)
        return
    click.echo(rule_sentence(rule, running, names))
    for owner in beside:
        whose = "everybody" if owner == YARD else f"{names[owner]} (--account {names[owner]})"
        click.echo(f"Another rule pauses it for {whose}.")
