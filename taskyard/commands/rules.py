"""``taskyard rules``: what is paused or limited."""

from __future__ import annotations

import click

from shared.tasks.rules import read_flights, read_rules
from taskyard.desk import open_desk
from taskyard.output import json_option, show_list
from taskyard.rule_desk import account_names, rule_fields, rule_row


@click.command("rules")
@json_option
def command(as_json: bool) -> None:
    """Show everything that is paused or limited, and how many run under each rule."""
    with open_desk() as desk, desk.store.read() as tx:
        flights = read_flights(tx)
        rules = [(rule, flights.under(rule.key)) for rule in read_rules(tx)]
        names = account_names(tx)
    if as_json:
        show_list([rule_fields(*one) for one in rules], as_json=True)
    else:
        show_list([rule_row(*one, names) for one in rules], as_json=False)
