"""Answered tasks whose time is over end with what there is; any number of schedulers may look."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from shared.answers.consensus import NOT_ENOUGH_ANSWERS
from shared.answers.settle import settle
from shared.answers.verdict import MESSAGES
from shared.db import Transaction
from shared.tasks import lifecycle
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE, Task, tasks

CLOSE_AT_ONCE = 500
ACTOR = "scheduler"


def close_expired(tx: Transaction, task_id: str | None = None) -> int:
    """End up to `CLOSE_AT_ONCE` answered tasks (or the one) past their deadline; how many ended.

    What a worker runs at this moment is left to its report, which comes within seconds.
    """
    expired = _expired(tx, task_id)
    asked = [task for task in expired if task.status is Status.RUNNING]
    moved = len(settle(tx, asked, actor=ACTOR, overdue=True))
    for status in (Status.PENDING, Status.QUEUED):
        error = {"code": NOT_ENOUGH_ANSWERS, "message": MESSAGES[NOT_ENOUGH_ANSWERS]}
        ends = [{"id": task.id, "error": error} for task in expired if task.status is status]
        moved += len(lifecycle.give_up(tx, status, ends, actor=ACTOR, reason="deadline"))
    return moved


def expired_ids(tx: Transaction) -> list[str]:
    """The ids of answered tasks that wait past their deadline."""
    query = select(tasks.c.id).where(*_is_over(tx)).order_by(tasks.c.deadline_at)
    return [row.id for row in tx.rows(query.limit(CLOSE_AT_ONCE))]


def _expired(tx: Transaction, task_id: str | None) -> list[Task]:
    """Answered tasks that wait past their deadline, locked; others' schedulers take others."""
    query = select(tasks).where(*_is_over(tx))
    if task_id is not None:
        query = query.where(tasks.c.id == task_id)
    query = query.order_by(tasks.c.deadline_at).limit(CLOSE_AT_ONCE)
    return [Task.of(row) for row in tx.rows(query.with_for_update(skip_locked=True))]


def _is_over(tx: Transaction) -> tuple[ColumnElement[bool], ...]:
    untouched = tasks.c.status.in_((Status.PENDING.value, Status.QUEUED.value))
    return (
        tasks.c.deadline_at <= tx.now,
        tasks.c.completed_at.is_(None),
        tasks.c.annotators.is_not(None),
        tasks.c.blocked_by == 0,
        or_(untouched, tasks.c.holder == PEOPLE),
    )
