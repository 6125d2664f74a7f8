"""Tasks that wait for other tasks: a counter on the child, kept by whoever ends a parent.

``all`` (the default) waits until every parent is completed and fails when one is not; ``any``
waits for the first completed one and fails when there is none; ``finished`` waits until all are
final, however they ended.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from shared.db import Transaction
from shared.errors import Refused
from shared.rows import ROWS, encode_rows, row_set
from shared.tasks.draft import Draft
from shared.tasks.status import FINAL, Status
from shared.tasks.task import Task, is_now, task_parents, tasks

POLICIES = ("all", "any", "finished")


def outlook(policy: str, statuses: Sequence[Status]) -> int | None:
    """How many parents a new child still waits for, or None when it waits in vain. Pure."""
    left = sum(1 for status in statuses if status not in FINAL)
    completed = Status.COMPLETED in statuses
    if policy == "any" and (completed or not left):
        return 0 if completed or not statuses else None
    if policy == "all" and any(s in FINAL and s is not Status.COMPLETED for s in statuses):
        return None
    return left


def after_end(policy: str, left: int, ended: Sequence[Status]) -> int | None:
    """The counter of a child that waited for ``left`` parents once ``ended`` are over. Pure."""
    left -= len(ended)
    if policy == "any":
        if Status.COMPLETED in ended:
            return 0
        return left if left > 0 else None
    if policy == "all" and any(status is not Status.COMPLETED for status in ended):
        return None
    return left


def locked_statuses(tx: Transaction, draft: Draft) -> list[Status]:
    """The statuses of a draft's parents, which cannot end before this transaction does."""
    wanted = set(draft.after)
    query = select(tasks.c.id, tasks.c.status).where(
        tasks.c.id.in_(wanted), tasks.c.account_id == draft.account_id
    )
    found = tx.rows(query.order_by(tasks.c.id).with_for_update(read=True))
    missing = wanted - {row.id for row in found}
    if missing:
        raise Refused(f"There is no task {min(missing)}.", code="INVALID_FIELD", field="after")
    return [Status(row.status) for row in found]


def remember(tx: Transaction, drafts: Sequence[Draft]) -> None:
    """Store who waits for whom."""
    rows = [{"task_id": d.id, "parent_id": p} for d in drafts for p in dict.fromkeys(d.after)]
    if rows:
        given = row_set(tx.dialect, list(task_parents.c))
        statement = insert(task_parents).from_select(["task_id", "parent_id"], select(given))
        tx.execute(statement, {ROWS: encode_rows(rows)})


def finished(tx: Transaction, ids: Sequence[str], status: Status) -> list[str]:
    """Count down the children of ``ids``, which ended with ``status``; the doomed are returned."""
    ended = _waiting_for(tx, ids)
    doomed: list[str] = []
    for child in _locked(tx, ended) if ended else ():
        left = after_end(child.after_policy, child.blocked_by, [status] * ended[child.id])
        if left is None:
            doomed.append(child.id)
        else:
            tx.execute(
                update(tasks).where(tasks.c.id == child.id).values(_counted(tx, child, left))
            )
    return doomed


def restarted(tx: Transaction, ids: Sequence[str]) -> None:
    """Count up the children of ``ids``, which had ended and begin anew, where these still wait."""
    begun = _waiting_for(tx, ids)
    for child in _locked(tx, begun) if begun else ():
        left = child.blocked_by + begun[child.id]
        tx.execute(update(tasks).where(tasks.c.id == child.id).values(blocked_by=left))


def lock_children(tx: Transaction, ids: Sequence[str]) -> None:
    """Lock what `restarted` is about to count."""
    children = _waiting_for(tx, ids)
    if children:
        _locked(tx, children)


def outlook_again(tx: Transaction, failed: Sequence[Task]) -> dict[str, int | None]:
    """The `outlook` of those of ``failed`` that had parents, which cannot end meanwhile."""
    policies = {task.id: task.after_policy for task in failed if task.after_policy}
    if not policies:
        return {}
    given = row_set(tx.dialect, [task_parents.c.task_id])
    query = (
        select(task_parents.c.task_id, tasks.c.status)
        .join(given, given.c.task_id == task_parents.c.task_id)
        .join(tasks, tasks.c.id == task_parents.c.parent_id)
        .order_by(tasks.c.id)
        .with_for_update(read=True, of=tasks)
    )
    statuses: dict[str, list[Status]] = {task_id: [] for task_id in policies}
    for row in tx.rows(query, {ROWS: encode_rows({"task_id": i} for i in policies)}):
        statuses[row.task_id].append(Status(row.status))
    return {i: outlook(policy, statuses[i]) for i, policy in policies.items()}


def _counted(tx: Transaction, child: Row[Any], left: int) -> dict[str, Any]:
    """The child's new counter; its deadline runs from the moment that it waits no more."""
    values: dict[str, Any] = {"blocked_by": left, "due": left == 0 and child.not_before is None}
    if left == 0 and child.deadline_at is not None:
        values["deadline_at"] = child.deadline_at + (tx.now - child.created_at)
    return values


def _waiting_for(tx: Transaction, ids: Sequence[str]) -> dict[str, int]:
    """Whose parents are among ``ids``, and how many of them."""
    if not ids:
        return {}
    rows = [{"parent_id": task_id} for task_id in ids]
    return {r.task_id: r.n for r in tx.rows(_children(tx.dialect), {ROWS: encode_rows(rows)})}


@lru_cache
def _children(dialect: str) -> Select[Any]:
    given = row_set(dialect, [task_parents.c.parent_id])
    query = select(task_parents.c.task_id, func.count().label("n"))
    query = query.join(given, given.c.parent_id == task_parents.c.parent_id)
    return query.group_by(task_parents.c.task_id)


def _locked(tx: Transaction, children: Collection[str]) -> Sequence[Row[Any]]:
    """Those children that still wait, locked in order."""
    columns = ("id", "after_policy", "blocked_by", "not_before", "deadline_at", "created_at")
    query = select(*(tasks.c[name] for name in columns)).where(
        tasks.c.id.in_(children), is_now(Status.PENDING), tasks.c.blocked_by > 0
    )
    return tx.rows(query.order_by(tasks.c.id).with_for_update())
