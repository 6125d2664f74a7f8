"""``taskyard watch``: a task's steps as they happen, or a live table of all tasks."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import click

from shared.db import Store
from shared.tasks import queries
from shared.tasks.queries import Step
from shared.tasks.status import Status
from shared.tasks.task import Task
from taskyard.calling import caller_options, open_caller
from taskyard.desk import open_desk, task_of
from taskyard.number import NumberRange
from taskyard.output import json_option, show_line
from taskyard.watching.board import board
from taskyard.watching.screen import Screen
from taskyard.watching.vigil import Vigil

LOOK_EVERY_SECONDS = 0.2
EVERY_SECONDS = 1.0
NEWEST = 10
NOT_COMPLETED = 1


@click.command("watch")
@click.argument("task_id", metavar="[ID]", required=False)
@caller_options
@click.option(
    "--every",
    "every_seconds",
    type=NumberRange(0.1, 3600),
    metavar="S",
    help="Seconds between two looks; 1 by default.",
)
@click.option(
    "--newest",
    type=click.IntRange(0, 100),
    metavar="N",
    help="How many of the newest tasks are shown; 10 by default.",
)
@click.option("--until-idle", is_flag=True, help="End as soon as nothing is left to do.")
@json_option
def command(
    task_id: str | None,
    account: str | None,
    url: str | None,
    until_idle: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Show every step of a task until it is over; without ID, a live table of the account's tasks.

    ID may be an operator's number. Exit code 0 when it completed, 1 when it failed or was canceled.
    With --json each step, or each look, is a line of its own.

    The table goes on until Ctrl-C; where standard output is no terminal it is printed once, or with
    --until-idle whenever it changes.
    """
    said = {name: value for name, value in given.items() if value is not None}
    if task_id is None:
        watch_all(account, url, until_idle=until_idle, as_json=as_json, **said)
    elif said or until_idle or account or url:
        raise click.UsageError("The options but --json are for the table, which has no ID.")
    else:
        watch_one(task_id, as_json=as_json)


def watch_all(
    account: str | None,
    url: str | None,
    *,
    until_idle: bool,
    as_json: bool,
    every_seconds: float = EVERY_SECONDS,
    newest: int = NEWEST,
) -> None:
    """Show the table, through the gateway."""
    screen = Screen(is_terminal=sys.stdout.isatty() and not as_json)
    with open_caller(account, url) as caller, suppress(KeyboardInterrupt):
        vigil = Vigil(caller.client, every_seconds, newest)
        for now, before in vigil.looks(is_once=not sys.stdout.isatty(), until_idle=until_idle):
            if as_json:
                show_line(now.as_json(before), "", as_json=True)
            else:
                screen.show(board(now, before))


def watch_one(task_id: str, *, as_json: bool) -> None:
    """Show a task's steps, from the store."""
    with open_desk() as desk:
        with desk.store.read() as tx:
            watched = task_of(tx, task_id)
        for step in with_retries(steps(desk.store, watched.id), watched.max_retries):
            show_line(fields_of(step), text_of(step), as_json=as_json)
        with desk.store.read() as tx:
            task = task_of(tx, watched.id)
    if task.status is not Status.COMPLETED:
        click.echo(f"taskyard: {ending(task)}", err=True)
        sys.exit(NOT_COMPLETED)


def steps(store: Store, task_id: str) -> Iterator[Step]:
    """The task's steps from its first, as they come; ends when it is over."""
    last = 0
    while True:
        with store.read() as tx:
            # Its status is read before its steps: they are complete once it is final.
            is_over = task_of(tx, task_id).status.is_final
            found = queries.steps(tx, task_id, after=last)
        yield from found
        last = found[-1].number if found else last
        if is_over:
            return
        time.sleep(LOOK_EVERY_SECONDS)


def with_retries(found: Iterable[Step], most: int) -> Iterator[Step]:
    """The same steps; each retry's reason says which of how many it is. Pure."""
    retries = 0
    for step in found:
        is_retry = (step.from_status, step.to_status) == (Status.FAILED, Status.PENDING)
        retries += is_retry
        yield replace(step, reason=f"retry {retries} of {most}") if is_retry else step


def fields_of(step: Step) -> dict[str, Any]:
    """One step, in a row. Pure."""
    return {
        "at": step.at,
        "from": step.from_status,
        "to": step.to_status,
        "attempt": step.attempt,
        "actor": step.actor,
        "reason": step.reason,
    }


def text_of(step: Step) -> str:
    """One step, in a line. Pure."""
    because = f": {step.reason}" if step.reason else ""
    attempt = f", attempt {step.attempt}" if step.attempt else ""
    at = step.at.isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")
    return f"{at}  {step.to_status:<9}  {step.actor}{attempt}{because}"


def ending(task: Task) -> str:
    """How a task ended that did not complete. Pure."""
    if task.status is Status.CANCELED or not task.error:
        return f"the task was {task.status}."
    return f"the task failed with {task.error.get('code')}: {task.error.get('message')}"
