"""``taskyard why``: why a task is not running, or what became of it."""

from __future__ import annotations

from typing import Any

import click

from taskyard.desk import open_whole_yard
from taskyard.explanation import Explanation, explain
from taskyard.output import json_option, show
from taskyard.task_story import waiting_fields


@click.command("why")
@click.argument("task_id", metavar="ID")
@json_option
def command(task_id: str, as_json: bool) -> None:
    """Say in a sentence why a task is not running, who runs it, or how it ended.

    ID may be an operator's number.
    """
    with open_whole_yard() as yard:
        explanation = explain(yard, task_id)
    if as_json:
        show(fields_of(explanation), as_json=True)
    else:
        click.echo(explanation.text)


def fields_of(explanation: Explanation) -> dict[str, Any]:
    """The explanation for programs. Pure."""
    task, waiting = explanation.task, explanation.waiting
    return {
        "task_id": task.id,
        "type": task.type,
        "account": explanation.account,
        "status": task.status.value,
        "sentence": explanation.sentence,
        "waiting_for": waiting_fields(waiting) if waiting else None,
        "notes": explanation.notes,
    }
