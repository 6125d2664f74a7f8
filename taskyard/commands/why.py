"""``taskyard why``: why a task is not running, or what became of it."""

from __future__ import annotations

import click

from shared.accounts.account import get_account
from shared.errors import Unavailable
from shared.tasks import queries
from shared.tasks.task import Task
from shared.tasks.waiting import Reason, WaitingFor
from shared.tasks.waiting_facts import waiting_for
from shared.yard import Yard
from taskyard.desk import open_whole_yard, task_of
from taskyard.obstacles import obstacles
from taskyard.output import json_option, show
from taskyard.task_story import sentence, waiting_fields
from taskyard.up_record import living_record


@click.command("why")
@click.argument("task_id", metavar="ID")
@json_option
def command(task_id: str, as_json: bool) -> None:
    """Say in a sentence why a task is not running, who runs it, or how it ended."""
    with open_whole_yard() as yard:
        with yard.store.read() as tx:
            task = task_of(tx, task_id)
            waiting = waiting_for(tx, task, yard.registry)
            steps = queries.steps(tx, task_id)
            account = get_account(tx, task.account_id).name
        notes = [] if waiting is None else _notes(yard, task, waiting)
    said = sentence(task, waiting, steps[-1] if steps else None)
    if as_json:
        answer = {
            "task_id": task.id,
            "type": task.type,
            "account": account,
            "status": task.status.value,
            "sentence": said,
            "waiting_for": waiting_fields(waiting) if waiting else None,
            "notes": notes,
        }
        show(answer, as_json=True)
    else:
        click.echo(" ".join([said, *notes]))


def _notes(yard: Yard, task: Task, waiting: WaitingFor) -> list[str]:
    """What keeps the task from moving, beside its reason to wait."""
    settings, kind = yard.settings, yard.registry.get(task.type)
    is_all_here = settings.embedded_redis
    record = living_record(settings.home)
    notes = obstacles(task, waiting, kind, record, is_all_here=is_all_here)
    if waiting.reason is Reason.WORKER and not notes:
        try:
            yard.broker.ping()
        except Unavailable:
            notes.append("The broker does not answer; what it lost is sent again.")
    return notes
