"""The same done to several tasks: one that cannot be had keeps no other back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import click

from shared.errors import Refused
from taskyard.client import Task
from taskyard.output import show_list
from taskyard.task_rows import row_of

NOT_ALL = 1


def for_each(task_ids: Sequence[str], change: Callable[[str], Task], *, as_json: bool) -> None:
    """Do ``change`` to each, show them as they are then, and tell of those that were refused."""
    changed, refused = list[Task](), list[str]()
    for task_id in dict.fromkeys(task_ids):
        try:
            changed.append(change(task_id))
        except Refused as error:
            refused.append(f"{task_id}: {error}")
    if changed or as_json:
        show_list([task.told if as_json else row_of(task) for task in changed], as_json=as_json)
    for line in refused:
        click.echo(f"taskyard: {line}", err=True)
    if refused:
        sys.exit(NOT_ALL)
