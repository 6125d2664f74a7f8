"""Cancel is a row: at once for what nobody works on, a request to the holder otherwise."""

from __future__ import annotations

from sqlalchemy import select, update

from shared.db import Transaction
from shared.errors import Conflict, NotFound
from shared.ids import is_id
from shared.tasks import lifecycle
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE, Task, tasks


def cancel(tx: Transaction, task_id: str, account_id: str, *, actor: str) -> Task:
    """Cancel a task that is not final, or ask its holder to stop; the row as it is then.

    Raises `NotFound` for an unknown or foreign task and `Conflict` for a final one.
    """
    task = locked(tx, task_id, account_id)
    if task.status.is_final:
        raise Conflict(f"The task is {task.status} already.")
    if task.status is Status.RUNNING and task.holder != PEOPLE:
        asked = update(tasks).where(tasks.c.id == task_id, tasks.c.cancel_requested_at.is_(None))
        tx.execute(asked.values(cancel_requested_at=tx.now, updated_at=tx.now))
    else:
        lifecycle.cancel(tx, task_id, task.status, actor=actor)
    return locked(tx, task_id, account_id)


def locked(tx: Transaction, task_id: str, account_id: str) -> Task:
    """The account's task, which nobody else changes before this transaction ends."""
    query = select(tasks).where(tasks.c.id == task_id, tasks.c.account_id == account_id)
    row = tx.first(query.with_for_update()) if is_id(task_id) else None
    if row is None:
        raise NotFound("There is no such task.")
    return Task.of(row)
