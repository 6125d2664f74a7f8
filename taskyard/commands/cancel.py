"""``taskyard cancel``: tasks that are not wanted any more."""

from __future__ import annotations

import click

from taskyard.calling import caller_options, open_caller
from taskyard.each_task import for_each
from taskyard.output import json_option


@click.command("cancel")
@click.argument("task_ids", nargs=-1, required=True, metavar="ID…")
@caller_options
@json_option
def command(task_ids: tuple[str, ...], account: str | None, url: str | None, as_json: bool) -> None:
    """Cancel tasks that are not over; one that runs ends once its worker has stopped.

    Exit code 1 where one of them could not be had; the others are done.
    """
    with open_caller(account, url) as caller:
        for_each(task_ids, caller.client.cancel, as_json=as_json)
