"""``taskyard resume``: hand out again what was paused."""

from __future__ import annotations

import click

from shared.tasks import control
from taskyard.output import json_option
from taskyard.rule_change import change_rule
from taskyard.rule_desk import rule_arguments

ACTOR = "taskyard resume"


@click.command("resume")
@rule_arguments
@json_option
def command(scope: str, name: str, account: str | None, as_json: bool) -> None:
    """Hand out again what `taskyard pause` held back; limits stay."""
    change_rule(
        lambda yard, key: control.resume(yard, key, actor=ACTOR),
        scope, name, account, as_json=as_json,
    )  # fmt: skip
