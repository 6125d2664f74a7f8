"""What is true of every device and account that its owner removes."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from shared.db import Transaction
from shared.errors import Conflict
from shared.material.material import material_uses
from shared.tasks import mutex as mutexes
from shared.tasks.status import FINAL, Status
from shared.tasks.task import tasks

UNFINISHED = [status.value for status in Status if status not in FINAL]


def release(tx: Transaction, account_id: str, mutex: str, what: str) -> None:
    """Forget ``mutex``, which nobody will need any more; ``what``, the account's, had it.

    `Conflict` while a task that needs it is not over. Tasks that are over keep their words. The
    caller has locked the row of ``what``, so that no new task comes to need it.
    """
    count = _unfinished(tx, account_id, mutex)
    if count:
        tasks_are, stop = ("task that is", "it") if count == 1 else ("tasks that are", "them")
        raise Conflict(f"{what} has {count:,} {tasks_are} not over: stop {stop} first.")
    mutexes.reopen(tx, mutex)
    tx.execute(delete(material_uses).where(material_uses.c.whose == mutex))


def _unfinished(tx: Transaction, account_id: str, mutex: str) -> int:
    query = select(func.count()).where(
        tasks.c.account_id == account_id,
        tasks.c.status.in_(UNFINISHED),
        tasks.c.mutexes.contains(f'"{mutex}"', autoescape=True),
    )
    return int(tx.execute(query.select_from(tasks)).scalar_one())
