"""``taskyard status``: whether the yard is ready, and what it consists of."""

from __future__ import annotations

import os
import sys
import time

import click

from shared.yard import open_yard
from taskyard.environment import settings_to_look
from taskyard.number import NumberRange
from taskyard.output import json_option, show, show_list
from taskyard.yard_status import YardStatus, look, process_fields, queue_lengths

POLL_SECONDS = 0.2
NOT_READY = 1


@click.command("status")
@click.option(
    "--wait",
    "wait_seconds",
    type=NumberRange(min=0),
    default=0.0,
    metavar="S",
    help="Wait up to S seconds until it is ready.",
)
@json_option
def command(wait_seconds: float, as_json: bool) -> None:
    """Show whether the yard is ready, its processes and its queues; exit code 1 when it is not."""
    settings = settings_to_look(os.environ)
    end = time.monotonic() + wait_seconds
    status = look(settings, os.environ)
    while not status.is_ready and time.monotonic() < end:
        time.sleep(POLL_SECONDS)
        status = look(settings, os.environ)
    queues = queue_lengths(open_yard(settings, pool_size=1)) if status.url else {}
    if as_json:
        show(status.as_json(queues), as_json=True)
    else:
        _show_text(status, queues)
    if not status.is_ready:
        sys.exit(NOT_READY)


def _show_text(status: YardStatus, queues: dict[str, int | None]) -> None:
    word = "ready" if status.is_ready else "not ready"
    where = f"at {status.url} " if status.url else ""
    click.echo(f"The yard {where}is {word}.")
    for reason in status.reasons:
        click.echo(f"  {reason}")
    if status.processes:
        click.echo()
        show_list([process_fields(process) for process in status.processes], as_json=False)
    if not queues:
        return
    click.echo()
    rows = [{"queue": queue, "messages": length} for queue, length in queues.items()]
    show_list(rows, as_json=False)
