"""Cancel is a row: at once for what nobody works on, a request to the holder otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from shared.db import Transaction
from shared.errors import Conflict, NotFound
from shared.ids import is_id
from shared.servers.server import PLAIN, SERVERS
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
    cancel_all(tx, [task], actor=actor)
    return locked(tx, task_id, account_id)


def cancel_all(tx: Transaction, found: Sequence[Task], *, actor: str) -> None:
    """The same for those of ``found`` (locked rows) that are not final."""
    on_workers = [task.id for task in found if _is_on_worker(task)]
    if on_workers:
        unasked = (tasks.c.id.in_(on_workers), tasks.c.cancel_requested_at.is_(None))
        asked = update(tasks).where(*unasked)
        tx.execute(asked.values(cancel_requested_at=tx.now, updated_at=tx.now))
    for status in (s for s in Status if not s.is_final):
        ids = [task.id for task in found if task.status is status and not _is_on_worker(task)]
        if ids:
            lifecycle.cancel_several(tx, ids, status, actor=actor)


def _is_on_worker(task: Task) -> bool:
    """Whether its holder can be told to stop; people cannot, nor servers that never claim."""
    holder = task.holder or ""
    never_asks = holder == PEOPLE or (holder.startswith(SERVERS) and holder.endswith(PLAIN))
    return task.status is Status.RUNNING and not never_asks


def locked(tx: Transaction, task_id: str, account_id: str) -> Task:
    """The account's task, which nobody else changes before this transaction ends."""
    query = select(tasks).where(tasks.c.id == task_id, tasks.c.account_id == account_id)
    row = tx.first(query.with_for_update()) if is_id(task_id) else None
    if row is None:
        raise NotFound("There is no such task.")
    return Task.of(row)
