"""The only writer of a task's status: one function for each arrow.

Every function takes rows and moves those that still are where the arrow begins; it answers the
rows that moved. Rows that did not move were moved by somebody else first, which is never an
error here. Reports are fenced: they name the attempt they speak of, and an old one changes
nothing. Money follows in the same transaction: a task that ends is paid or refunded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, bindparam, false, literal, null, select, true

from shared.accounts import ledger
from shared.columns import Id, Moment
from shared.db import Transaction
from shared.tasks import parents
from shared.tasks.arrow import LEAN, NOW, Arrow, walk
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE, Task, is_now, tasks

Moved = Sequence[Row[Any]]
Given = Sequence[Mapping[str, Any]]
PARENT_FAILED = {
    "code": "PARENT_FAILED",
    "message": "A task that this one waited for did not complete.",
}
LEASE = bindparam("lease_until", type_=Moment())
WATCHED = (*LEAN, tasks.c.cancel_requested_at)
"""What to know of a task that would run again: whether it is to."""


def _released(_given: FromClause) -> dict[str, Any]:
    return {"holder": null(), "lease_expires_at": null()}


def _ended(given: FromClause) -> dict[str, Any]:
    return {"completed_at": NOW, **_released(given)}


def _wiped(given: FromClause) -> dict[str, Any]:
    """It ended for good: what its handler logged in with is not needed any more."""
    return {"secrets": null(), **_ended(given)}


def _failed(given: FromClause) -> dict[str, Any]:
    return {"error": given.c.error, **_ended(given)}


def _requeued(given: FromClause) -> dict[str, Any]:
    return {"due": true(), **_released(given)}


def _handed_out(_given: FromClause) -> dict[str, Any]:
    return {"queued_at": NOW, "not_before": null(), "express": false()}


QUEUE = Arrow(
    (Status.PENDING, Status.QUEUED),
    (),
    lambda g: {"server_id": null(), **_handed_out(g)},
    False,
)
ASSIGN = Arrow(
    (Status.PENDING, Status.QUEUED),
    (tasks.c.server_id,),
    lambda g: {"server_id": g.c.server_id, **_handed_out(g)},
    False,
)


def _starting(where: ColumnElement[bool]) -> Arrow:
    values = {
        "attempt": tasks.c.attempt + 1,
        "started_at": NOW,
        "holder": bindparam("holder"),
        "lease_expires_at": LEASE,
    }
    path = (Status.QUEUED, Status.RUNNING)
    return Arrow(path, (), lambda _given: values, False, tuple(tasks.c), (where,))


START = _starting(tasks.c.server_id.is_(None))
"""A message may be late: a task that went to a server meanwhile is no worker's any more."""
START_AT_SERVER = _starting(tasks.c.server_id == bindparam("at_server", type_=Id))
START_PEOPLE = Arrow(
    (Status.QUEUED, Status.RUNNING),
    (tasks.c.answers_wanted,),
    lambda g: {
        "attempt": tasks.c.attempt + 1,
        "started_at": NOW,
        "holder": literal(PEOPLE),
        "lease_expires_at": tasks.c.deadline_at,
        "answers_wanted": g.c.answers_wanted,
    },
    False,
)
COMPLETE = Arrow(
    (Status.RUNNING, Status.COMPLETED),
    (tasks.c.result,),
    lambda g: {"result": g.c.result, "error": null(), "progress": literal(100.0), **_wiped(g)},
    True,
)
FAIL = Arrow((Status.RUNNING, Status.FAILED), (tasks.c.error,), _failed, True)
RETRY = Arrow(
    (Status.RUNNING, Status.FAILED, Status.PENDING),
    (tasks.c.error, tasks.c.not_before),
    lambda g: {
        "error": g.c.error,
        "retry_count": tasks.c.retry_count + 1,
        "not_before": g.c.not_before,
        "due": false(),
        "progress": null(),
        **_released(g),
    },
    True,
    WATCHED,
)
GIVE_BACK = Arrow(
    (Status.RUNNING, Status.PENDING), (), lambda g: {"solo": true(), **_requeued(g)}, True, WATCHED
)
LOSE = Arrow(
    (Status.RUNNING, Status.PENDING),
    (tasks.c.lost_leases, tasks.c.deaths, tasks.c.solo),
    lambda g: {
        "lost_leases": g.c.lost_leases,
        "deaths": g.c.deaths,
        "solo": g.c.solo,
        "progress": null(),
        "server_id": null(),
        **_requeued(g),
    },
    True,
)
RESTART = Arrow(
    (Status.FAILED, Status.PENDING),
    (tasks.c.due, tasks.c.not_before, tasks.c.blocked_by, tasks.c.deadline_at),
    lambda g: {
        "due": g.c.due,
        "not_before": g.c.not_before,
        "blocked_by": g.c.blocked_by,
        "deadline_at": g.c.deadline_at,
        "retry_count": literal(0),
        "lost_leases": literal(0),
        "deaths": literal(0),
        "progress": null(),
        "error": null(),
        "queued_at": null(),
        "started_at": null(),
        "completed_at": null(),
        "cancel_requested_at": null(),
    },
    False,
)
TAKE_BACK = Arrow(
    (Status.QUEUED, Status.PENDING), (), lambda g: {"server_id": null(), **_requeued(g)}, False
)
CANCEL = {
    status: Arrow((status, Status.CANCELED), (), _wiped, False)
    for status in (Status.PENDING, Status.QUEUED, Status.RUNNING)
}
CANCEL_RUNNING = Arrow((Status.RUNNING, Status.CANCELED), (), _wiped, True)
GIVE_UP = {
    status: Arrow((status, Status.FAILED), (tasks.c.error,), _failed, False)
    for status in (Status.PENDING, Status.QUEUED)
}


def by_id(ids: Iterable[str]) -> list[dict[str, str]]:
    """``ids`` as rows, for the arrows that need nothing else."""
    return [{"id": task_id} for task_id in ids]


def queue(tx: Transaction, ids: Iterable[str], *, actor: str) -> Moved:
    """pending → queued: handed out; the caller sends the message once this is committed."""
    return walk(tx, QUEUE, by_id(ids), actor=actor)


def assign(tx: Transaction, given: Given, *, actor: str) -> Moved:
    """pending → queued: assigned to remote servers. ``given``: id, server_id."""
    return walk(tx, ASSIGN, given, actor=actor)


def start(
    tx: Transaction, ids: Iterable[str], *, holder: str, until: datetime, at_server: str = ""
) -> list[Task]:
    """queued → running: claimed by ``holder`` until ``until``; raises the attempt.

    Of what waits at the broker, or at the server with the id ``at_server``.
    """
    arrow = START_AT_SERVER if at_server else START
    given: dict[str, Any] = {"holder": holder, "lease_until": until, "at_server": at_server}
    return [Task.of(row) for row in walk(tx, arrow, by_id(ids), actor=holder, **given)]


def start_people(tx: Transaction, wanted: Given) -> Moved:
    """queued → running: people are asked until the deadline. ``wanted``: id, answers_wanted."""
    return walk(tx, START_PEOPLE, wanted, actor=PEOPLE)


def complete(tx: Transaction, ends: Given, *, actor: str) -> Moved:
    """running → completed. ``ends``: id, attempt, result."""
    moved = walk(tx, COMPLETE, ends, actor=actor)
    ledger.capture(tx, _costs(moved))
    _tell_children(tx, moved, Status.COMPLETED)
    return moved


def fail(tx: Transaction, ends: Given, *, actor: str, reason: str | None = None) -> Moved:
    """running → failed, for good. ``ends``: id, attempt, error."""
    return _refund(tx, walk(tx, FAIL, ends, actor=actor, reason=reason), Status.FAILED)


def retry(tx: Transaction, ends: Given, *, actor: str) -> Moved:
    """running → failed → pending in one commit. ``ends``: id, attempt, error, not_before."""
    return _stop_asked(tx, walk(tx, RETRY, ends, actor=actor), actor)


def give_back(tx: Transaction, ends: Given, *, actor: str, reason: str) -> Moved:
    """running → pending: not begun, or it gave way; no fault of the task. id, attempt."""
    return _stop_asked(tx, walk(tx, GIVE_BACK, ends, actor=actor, reason=reason), actor)


def lose(tx: Transaction, losses: Given, *, actor: str, reason: str) -> Moved:
    """running → pending: whoever ran it is gone. id, attempt, lost_leases, deaths, solo."""
    return walk(tx, LOSE, losses, actor=actor, reason=reason)


def restart(tx: Transaction, begun: Given, *, actor: str) -> Moved:
    """failed → pending: somebody asked to try again, and the price is put aside.

    ``begun``: id, due, not_before, blocked_by, deadline_at.
    """
    moved = walk(tx, RESTART, begun, actor=actor, reason="tried again")
    parents.restarted(tx, [m.id for m in moved])
    return moved


def take_back(tx: Transaction, ids: Iterable[str], *, actor: str, reason: str) -> Moved:
    """queued → pending: it will not be started where it was handed to. Locked in order of id."""
    found = select(tasks.c.id).where(tasks.c.id.in_(list(ids)), is_now(Status.QUEUED))
    locked = [row.id for row in tx.rows(found.order_by(tasks.c.id).with_for_update())]
    return walk(tx, TAKE_BACK, by_id(locked), actor=actor, reason=reason)


def cancel(tx: Transaction, task_id: str, status: Status, *, actor: str) -> Moved:
    """pending, queued or running → canceled, at once: nobody works on it."""
    return cancel_several(tx, [task_id], status, actor=actor)


def cancel_several(tx: Transaction, ids: Iterable[str], status: Status, *, actor: str) -> Moved:
    """The same for tasks that all are in ``status``."""
    return _refund(tx, walk(tx, CANCEL[status], by_id(ids), actor=actor), Status.CANCELED)


def cancel_running(tx: Transaction, ends: Given, *, actor: str) -> Moved:
    """running → canceled: its holder stopped as asked. id, attempt."""
    return _refund(tx, walk(tx, CANCEL_RUNNING, ends, actor=actor), Status.CANCELED)


def give_up(tx: Transaction, status: Status, ends: Given, *, actor: str, reason: str) -> Moved:
    """pending or queued → failed: it can never run. id, error."""
    moved = walk(tx, GIVE_UP[status], ends, actor=actor, reason=reason)
    return _refund(tx, moved, Status.FAILED)


def _stop_asked(tx: Transaction, moved: Moved, actor: str) -> Moved:
    """pending → canceled in the same commit for those that were to be stopped when they ran."""
    asked = by_id(m.id for m in moved if m.cancel_requested_at)
    _refund(tx, walk(tx, CANCEL[Status.PENDING], asked, actor=actor), Status.CANCELED)
    return moved


def _refund(tx: Transaction, moved: Moved, status: Status) -> Moved:
    ledger.void(tx, _costs(moved))
    _tell_children(tx, moved, status)
    return moved


def _tell_children(tx: Transaction, moved: Moved, status: Status) -> None:
    """Count down those who wait for ``moved``; those who wait in vain fail, and theirs."""
    fail_children(tx, parents.finished(tx, [m.id for m in moved], status))


def fail_children(tx: Transaction, doomed: Sequence[str]) -> None:
    """pending → failed: a parent ended in a way that leaves no hope; then the children's own."""
    while doomed:
        ends = [{"id": task_id, "error": PARENT_FAILED} for task_id in doomed]
        arrow = GIVE_UP[Status.PENDING]
        moved = walk(tx, arrow, ends, actor="parents", reason="parent failed")
        ledger.void(tx, _costs(moved))
        doomed = parents.finished(tx, [m.id for m in moved], Status.FAILED)


def _costs(moved: Moved) -> list[ledger.Item]:
    return [ledger.Item(m.account_id, m.id, m.cost_cents) for m in moved if m.cost_cents]
