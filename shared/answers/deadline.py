"""Answered tasks whose time is over end with what there is; any number of schedulers may look."""

from __future__ import annotations

from sqlalchemy import or_, select

from shared.answers.consensus import NOT_ENOUGH_ANSWERS
from shared.answers.settle import settle
from shared.answers.verdict import MESSAGES
from shared.db import Transaction
from shared.tasks import lifecycle
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE, Task, tasks

CLOSE_AT_ONCE = 500
ACTOR = "scheduler"


def close_expired(tx: Transaction) -> int:
    """End up to `CLOSE_AT_ONCE` answered tasks past their deadline; how many ended.

    What a worker runs at this moment is left to its report, which comes within seconds.
    """
    expired = _expired(tx)
    asked = [task for task in expired if task.status is Status.RUNNING]
    moved = len(settle(tx, asked, actor=ACTOR, overdue=True))
    for status in (Status.PENDING, Status.QUEUED):
        error = {"code": NOT_ENOUGH_ANSWERS, "message": MESSAGES[NOT_ENOUGH_ANSWERS]}
        ends = [{"id": task.id, "error": error} for task in expired if task.status is status]
        moved += len(lifecycle.give_up(tx, status, ends, actor=ACTOR, reason="deadline"))
    return moved


def _expired(tx: Transaction) -> list[Task]:
    """Answered tasks that wait past their deadline, locked; others' schedulers take others."""
    untouched = tasks.c.status.in_((Status.PENDING.value, Status.QUEUED.value))
    query = (
        select(tasks)
        .where(tasks.c.deadline_at <= tx.now, tasks.c.completed_at.is_(None))
        .where(tasks.c.annotators.is_not(None), tasks.c.blocked_by == 0)
        .where(or_(untouched, tasks.c.holder == PEOPLE))
        .order_by(tasks.c.deadline_at)
        .limit(CLOSE_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return [Task.of(row) for row in tx.rows(query)]
