"""``taskyard get``: a task as it is, or once it is over."""

from __future__ import annotations

import sys

import click

from taskyard.calling import caller_options, open_caller
from taskyard.client import NotInTime
from taskyard.number import NumberRange
from taskyard.output import json_option, show
from taskyard.task_rows import fields_of

NOT_OVER = 1


@click.command("get")
@click.argument("task_id", metavar="ID")
@click.option(
    "--wait",
    "wait_seconds",
    type=NumberRange(min=0),
    metavar="S",
    help="Wait up to S seconds until it is over; exit code 1 where it is not.",
)
@caller_options
@json_option
def command(
    task_id: str, wait_seconds: float | None, account: str | None, url: str | None, as_json: bool
) -> None:
    """Show a task, with its result or its error."""
    is_over = True
    with open_caller(account, url) as caller:
        try:
            if wait_seconds is None:
                task = caller.client.get(task_id)
            else:
                task = caller.client.wait(task_id, timeout_seconds=wait_seconds)
        except NotInTime as error:
            task, is_over = error.task, False
    show(task.told if as_json else fields_of(task), as_json=as_json)
    if not is_over:
        sys.exit(NOT_OVER)
