"""``taskyard status``: whether the yard is ready, and what it consists of."""

from __future__ import annotations

import os
import sys
import time

import click

from shared.settings import read_settings
from shared.yard import open_yard
from taskyard.output import json_option, show, show_list
from taskyard.yard_status import YardStatus, look, process_fields, queue_lengths

POLL_SECONDS = 0.2
NOT_READY = 1
NO_SECRET = "-" * 32
"""Looking needs no secret, so a yard may be waited for before it has made its own."""


@click.command("status")
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="S",
    help="Wait up to S seconds until it is ready.",
)
@json_option
def command(wait_seconds: float, as_json: bool) -> None:
    """Show whether the yard is ready, its processes and its queues; exit code 1 when it is not."""
    settings = read_settings({"TASKYARD_SECRET_KEY": NO_SECRET, **os.environ})
    end = time.monotonic() + wait_seconds
    status = look(settings)
    while not status.is_ready and time.monotonic() < end:
        time.sleep(POLL_SECONDS)
        status = look(settings)
    yard = open_yard(settings, pool_size=1)
    queues = queue_lengths(yard)
    if as_json:
        show(status.as_json(queues), as_json=True)
    else:
        _show_text(status, queues)
    if not status.is_ready:
        sys.exit(NOT_READY)


def _show_text(status: YardStatus, queues: dict[str, int | None]) -> None:
    word = "ready" if status.is_ready else "not ready"
    click.echo(f"The yard at {status.url} is {word}.")
    for reason in status.reasons:
        click.echo(f"  {reason}")
    if status.processes:
        click.echo()
        show_list([process_fields(process) for process in status.processes], as_json=False)
    click.echo()
    rows = [{"queue": queue, "messages": length} for queue, length in queues.items()]
    show_list(rows, as_json=False)
