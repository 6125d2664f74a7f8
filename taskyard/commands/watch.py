"""``taskyard watch``: a task's steps as they happen, until it is over."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import click

from shared.db import Store
from shared.tasks import queries
from shared.tasks.queries import Step
from shared.tasks.status import Status
from shared.tasks.task import Task
from taskyard.desk import open_desk, task_of
from taskyard.output import json_option, show_line

LOOK_EVERY_SECONDS = 0.2
NOT_COMPLETED = 1


@click.command("watch")
@click.argument("task_id", metavar="ID")
@json_option
def command(task_id: str, as_json: bool) -> None:
    """Show every step of a task until it is over; ID may be an operator's number.

    Exit code 0 when it completed, 1 when it failed or was canceled. With --json each step is a
    line of its own.
    """
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
