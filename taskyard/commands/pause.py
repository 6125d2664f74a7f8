"""``taskyard pause``: hand out no more of a queue, a type or an account."""

from __future__ import annotations

import click

from shared.tasks import control
from taskyard.output import json_option
from taskyard.rule_change import change_rule
from taskyard.rule_desk import rule_arguments

ACTOR = "taskyard pause"


@click.command("pause")
@rule_arguments
@json_option
def command(scope: str, name: str, account: str | None, as_json: bool) -> None:
    """Hand out no more tasks of a queue, a type or an account.

    What is handed out and not started goes back to pending; what runs goes on.
    """
    change_rule(
        lambda yard, key: control.pause(yard, key, actor=ACTOR),
        scope, name, account, as_json=as_json,
    )  # fmt: skip
