"""``taskyard retry``: failed tasks begin anew."""

from __future__ import annotations

import click

from shared.accounts.role import Role
from taskyard.calling import caller_options, open_caller
from taskyard.each_task import for_each
from taskyard.output import json_option


@click.command("retry")
@click.argument("task_ids", nargs=-1, required=True, metavar="ID…")
@caller_options
@json_option
def command(task_ids: tuple[str, ...], account: str | None, url: str | None, as_json: bool) -> None:
    """Let failed tasks begin anew, their retries counted from the start.

    Exit code 1 where one of them could not be had; the others are done.
    """
    with open_caller(account, url, Role.OPERATOR) as caller:
        for_each(task_ids, caller.client.retry, as_json=as_json)
