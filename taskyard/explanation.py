"""Why a task is not running, or what became of it: as the store and this machine know it."""

from __future__ import annotations

from dataclasses import dataclass

from shared.accounts.account import get_account
from shared.errors import Unavailable
from shared.servers.server import name_of
from shared.tasks import queries
from shared.tasks.reason import Reason, WaitingFor
from shared.tasks.task import Task
from shared.tasks.waiting_facts import waiting_for
from shared.yard import Yard
from taskyard.desk import task_of
from taskyard.obstacles import obstacles
from taskyard.task_story import sentence
from taskyard.up_record import living_record


@dataclass(frozen=True, slots=True)
class Explanation:
    """A task, what it waits for, and that in words; ``notes`` is what keeps it from moving."""

    task: Task
    account: str
    waiting: WaitingFor | None
    sentence: str
    notes: list[str]

    @property
    def text(self) -> str:
        """All of it in one line."""
        return " ".join([self.sentence, *self.notes])


def explain(yard: Yard, task_id: str) -> Explanation:
    """What there is to say of the task with that id or number; `NotFound` where there is none."""
    with yard.store.read() as tx:
        task = task_of(tx, task_id)
        waiting = waiting_for(tx, task, yard.registry)
        steps = queries.steps(tx, task.id)
        account = get_account(tx, task.account_id).name
        server = name_of(tx, task.server_id) if task.server_id else None
    return Explanation(
        task=task,
        account=account,
        waiting=waiting,
        sentence=sentence(task, waiting, steps[-1] if steps else None, server),
        notes=[] if waiting is None else _notes(yard, task, waiting),
    )


def _notes(yard: Yard, task: Task, waiting: WaitingFor) -> list[str]:
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
