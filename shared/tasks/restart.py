"""A failed task begins anew because somebody asked: its retries are counted from the start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.accounts import ledger
from shared.db import Transaction
from shared.errors import Conflict, CreditsExhausted
from shared.tasks import lifecycle, parents
from shared.tasks.cancellation import locked
from shared.tasks.secret_fields import KEPT, is_wiped
from shared.tasks.status import Status
from shared.tasks.task import Task


def restart(tx: Transaction, task_id: str, account_id: str, *, actor: str) -> Task:
    """failed → pending, paid for again; the row as it is then.

    Raises `NotFound` for an unknown or foreign task, `CreditsExhausted`, and `Conflict` for one
    that has not failed, whose secret fields were wiped, or that would wait in vain for its parents.
    """
    task = locked(tx, task_id, account_id)
    if task.status is not Status.FAILED:
        raise Conflict(f"Only a failed task can be tried again; this one is {task.status}.")
    if is_wiped(task):
        raise Conflict(
            f"The secret fields of this task were wiped {KEPT.days} days after it failed: "
            "submit it anew."
        )
    if parents.outlook_again(tx, [task]).get(task_id, 0) is None:
        raise Conflict("A task that this one waits for did not complete: try that one again first.")
    if not restart_all(tx, [task], actor=actor):
        raise CreditsExhausted("The account's balance is below the price.")
    return locked(tx, task_id, account_id)


def restart_all(tx: Transaction, failed: Sequence[Task], *, actor: str) -> list[str]:
    """failed → pending for those of ``failed`` that can be paid for; their ids, in order.

    ``failed`` are locked rows. Those stay whose secret fields were wiped, or that would wait in
    vain for their parents; a parent among ``failed`` counts as what it is before.
    """
    whole = [task for task in failed if not is_wiped(task)]
    left = parents.outlook_again(tx, whole)
    hopeful = [task for task in whole if left.get(task.id, 0) is not None]
    parents.lock_children(tx, [task.id for task in hopeful])  # as all do, before the account
    items = [ledger.Item(task.account_id, task.id, task.cost_cents) for task in hopeful]
    unpaid = ledger.hold(tx, items)
    begun = [_begun(tx, t, left.get(t.id) or 0) for t in hopeful if t.id not in unpaid]
    lifecycle.restart(tx, begun, actor=actor)
    return [row["id"] for row in begun]


def _begun(tx: Transaction, task: Task, left: int) -> dict[str, Any]:
    """What ``task`` waits for again; people get as long to answer as they had.

    While it waits for its parents, its deadline stays: it moves when that is over.
    """
    later = task.not_before if task.not_before and task.not_before > tx.now else None
    deadline = task.deadline_at
    if deadline is not None and not left:
        deadline += tx.now - task.created_at
    return {
        "id": task.id,
        "due": not left and later is None,
        "not_before": later,
        "blocked_by": left,
        "deadline_at": deadline,
    }
