"""``taskyard list``: an account's tasks, newest first."""

from __future__ import annotations

import click

from taskyard.calling import caller_options, open_caller
from taskyard.client import Listing
from taskyard.output import json_option, show_list
from taskyard.task_rows import row_of


@click.command("list")
@click.option("--status", metavar="S,S", help="PENDING, VALIDATING, COMPLETED, FAILED.")
@click.option("--type", "task_type", metavar="TYPE")
@click.option("--project", metavar="ID", help="Only tasks of this project.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@caller_options
@json_option
def command(
    status: str | None,
    task_type: str | None,
    project: str | None,
    limit: int,
    account: str | None,
    url: str | None,
    as_json: bool,
) -> None:
    """List tasks, newest first."""
    words = status.upper() if status else None
    listing = Listing(status=words, type=task_type, project_id=project, most=limit)
    with open_caller(account, url) as caller:
        found = list(caller.client.list(listing))
    show_list([task.told if as_json else row_of(task) for task in found], as_json=as_json)
