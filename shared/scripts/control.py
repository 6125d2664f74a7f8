"""What operators do to the tasks of scripts: stop, try again, delete."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import update

from shared.db import Transaction
from shared.errors import Conflict, NotFound
from shared.tasks import cancellation, restart
from shared.tasks.script_queries import ScriptTasks, locked_failures, locked_scripts
from shared.tasks.secret_fields import is_wiped
from shared.tasks.status import Status
from shared.tasks.task import Task, tasks

CALLED = {Status.QUEUED: "pending", Status.CANCELED: "stopped"}
"""What operators call a status by another word."""


@dataclass(frozen=True, slots=True)
class Retried:
    """Failed tasks that were looked at: the last one's number, and which of them begin anew.

    ``unpaid`` is how many cost something and stay as they are.
    """

    last: int
    numbers: list[int]
    unpaid: int


def stop(tx: Transaction, scripts: ScriptTasks, number: int, *, actor: str) -> Task:
    """Cancel the task, or ask its worker to stop; the row as it is then.

    Raises `NotFound`, and `Conflict` for a task that is over.
    """
    task = _one(tx, scripts, number)
    if task.status.is_final:
        raise Conflict(f"The task is {_called(task)} already.")
    return cancellation.cancel(tx, task.id, scripts.account_id, actor=actor)


def retry(tx: Transaction, scripts: ScriptTasks, number: int, *, actor: str) -> Task:
    """Let the failed task begin anew; the row as it is then.

    Raises `NotFound`, `Conflict` for a task that has not failed, and `CreditsExhausted`.
    """
    task = _one(tx, scripts, number)
    if task.status is not Status.FAILED:
        raise Conflict(f"Only a failed task can be tried again; this one is {_called(task)}.")
    return restart.restart(tx, task.id, scripts.account_id, actor=actor)


def retry_next(
    tx: Transaction, scripts: ScriptTasks, after: int, most: int, *, actor: str
) -> Retried | None:
    """Let the next ``most`` failed tasks above number ``after`` begin anew; None: there are none.

    Those that cannot be paid for stay, those whose secret fields were wiped, and those that would
    wait in vain for others.
    """
    failed = locked_failures(tx, scripts, after, most)
    if not failed:
        return None
    begun = set(restart.restart_all(tx, failed, actor=actor))
    numbers = [task.number for task in failed if task.id in begun]
    left = [task for task in failed if task.id not in begun and not is_wiped(task)]
    unpaid = sum(task.cost_cents > 0 for task in left)
    return Retried(failed[-1].number, numbers, unpaid)


def delete(
    tx: Transaction, scripts: ScriptTasks, numbers: Collection[int], *, actor: str
) -> list[int]:
    """Hide tasks for good, and stop those that are not over; the numbers of those that were there.

    Their rows and transitions stay.
    """
    found = locked_scripts(tx, scripts, numbers)
    cancellation.cancel_all(tx, found, actor=actor)
    _hide(tx, [task.id for task in found])
    return [task.number for task in found]


def _hide(tx: Transaction, ids: Sequence[str]) -> None:
    hidden = update(tasks).where(tasks.c.id.in_(ids))
    tx.execute(hidden.values(hidden=True, updated_at=tx.now))


def _called(task: Task) -> str:
    return CALLED.get(task.status, task.status.value)


def _one(tx: Transaction, scripts: ScriptTasks, number: int) -> Task:
    found = locked_scripts(tx, scripts, [number])
    if not found:
        raise NotFound("There is no such task.")
    return found[0]
