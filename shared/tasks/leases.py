"""Leases: whoever runs a task says again and again that it still does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, Update, bindparam, func, select, update

from shared.columns import Moment
from shared.db import Transaction
from shared.rows import ROWS, encode_rows, row_set
from shared.servers.server import SERVERS, servers
from shared.tasks import lifecycle
from shared.tasks.loss import Cause, Over, after_loss
from shared.tasks.status import Status
from shared.tasks.task import ON_WORKERS, Task, has_status, is_now, tasks

RUNNING = has_status(Status.RUNNING)
RESCUE_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Extended:
    """A lease that goes on; ``cancel_requested_at`` is set when its holder should stop."""

    task_id: str
    cancel_requested_at: datetime | None


def extend(
    tx: Transaction, holder: str, ids: Collection[str], lease_seconds: float
) -> list[Extended]:
    """Extend what ``holder`` runs of ``ids``; what is missing from the answer is not its any more.

    Rows that a report has locked right now are skipped: they are about to end.
    """
    if not ids:
        return []
    until = tx.now + timedelta(seconds=lease_seconds)
    values = {ROWS: encode_rows(lifecycle.by_id(ids)), "held_by": holder, "until": until}
    rows = tx.rows(_extension(tx.dialect), values)
    return [Extended(row.id, row.cancel_requested_at) for row in rows]


@lru_cache
def _extension(dialect: str) -> Update:
    given = row_set(dialect, [tasks.c.id])
    held: Select[tuple[str]] = (
        select(tasks.c.id)
        .join(given, given.c.id == tasks.c.id)
        .where(is_now(Status.RUNNING), tasks.c.holder == bindparam("held_by"))
        .with_for_update(of=tasks, skip_locked=True)
    )
    statement = update(tasks).where(tasks.c.id.in_(held.scalar_subquery()))
    statement = statement.values(lease_expires_at=bindparam("until", type_=Moment()))
    return statement.returning(tasks.c.id, tasks.c.cancel_requested_at)


def prolong_one(tx: Transaction) -> None:
    """Let one lease last a microsecond longer: proof that holders can extend theirs just now.

    Nothing else proves it: on a full disk reading, locking and beginning go on as ever.
    """
    held = select(tasks.c.id, tasks.c.lease_expires_at).where(ON_WORKERS)
    row = tx.first(held.limit(1).with_for_update(skip_locked=True))
    if row is not None:
        later = row.lease_expires_at + timedelta(microseconds=1)
        here = (tasks.c.id == row.id, is_now(Status.RUNNING))
        tx.execute(update(tasks).where(*here).values(lease_expires_at=later))


def renew_all(tx: Transaction, lease_seconds: float) -> int:
    """Give every holder one lease from now: nobody could extend; how many had less."""
    at_servers = tasks.c.holder.startswith(SERVERS, autoescape=True)
    longest = tx.execute(select(func.max(servers.c.lease_seconds))).scalar_one()
    longer = timedelta(seconds=max(lease_seconds, longest or 0.0))
    return _renew(tx, ~at_servers, tx.now + timedelta(seconds=lease_seconds)) + _renew(
        tx, at_servers, tx.now + longer
    )


def _renew(tx: Transaction, whose: ColumnElement[bool], until: datetime) -> int:
    short = (ON_WORKERS, whose, tasks.c.lease_expires_at < until)
    chosen = select(tasks.c.id).where(*short).order_by(tasks.c.id).with_for_update()
    moved = update(tasks).where(tasks.c.id.in_(chosen.scalar_subquery()))
    return tx.execute(moved.values(lease_expires_at=until)).rowcount


def lapsed(tx: Transaction, task_id: str | None = None) -> list[Task]:
    """Running tasks (or the one) whose lease is over, locked; people's are the deadline's."""
    query = select(tasks).where(*_is_over(tx))
    if task_id is not None:
        query = query.where(tasks.c.id == task_id)
    query = query.order_by(tasks.c.lease_expires_at).limit(RESCUE_AT_ONCE)
    return [Task.of(row) for row in tx.rows(query.with_for_update(skip_locked=True))]


def lapsed_ids(tx: Transaction) -> list[str]:
    """The ids of running tasks whose lease is over."""
    query = select(tasks.c.id).where(*_is_over(tx)).order_by(tasks.c.lease_expires_at)
    return [row.id for row in tx.rows(query.limit(RESCUE_AT_ONCE))]


def _is_over(tx: Transaction) -> tuple[ColumnElement[bool], ...]:
    return (ON_WORKERS, tasks.c.lease_expires_at < tx.now)


def held_by(
    tx: Transaction,
    holder: str,
    ids: Collection[str] | None = None,
    started_by: datetime | None = None,
) -> list[Task]:
    """What ``holder`` (or, given as ``name/``, any incarnation of it) runs now, locked.

    ``started_by`` leaves out what was started later: news of a death may come late.
    """
    held = select(tasks.c.id).where(RUNNING, tasks.c.holder.startswith(holder, autoescape=True))
    if ids is not None:
        held = held.where(tasks.c.id.in_(ids))
    if started_by is not None:
        held = held.where(tasks.c.started_at <= started_by)
    found = [row.id for row in tx.rows(held)]
    query = select(tasks).where(tasks.c.id.in_(found), is_now(Status.RUNNING))
    query = query.where(tasks.c.holder.startswith(holder, autoescape=True))
    rows = tx.rows(query.order_by(tasks.c.id).with_for_update()) if found else ()
    return [Task.of(row) for row in rows]


def is_holding(tx: Transaction, holder: str) -> bool:
    """Whether ``holder`` runs anything."""
    query = select(tasks.c.id).where(RUNNING, tasks.c.holder == holder)
    return tx.first(query.limit(1)) is not None


def lose(tx: Transaction, lost: Sequence[Task], cause: Cause, *, alone: bool, actor: str) -> int:
    """Decide and write what becomes of running tasks whose holder is gone; how many moved."""
    canceled = [t for t in lost if t.cancel_requested_at]
    rest = [(t, after_loss(t, cause, alone=alone)) for t in lost if not t.cancel_requested_at]
    again = [
        {
            "id": task.id,
            "attempt": task.attempt,
            "lost_leases": fate.lost_leases,
            "deaths": fate.deaths,
            "solo": fate.solo,
        }
        for task, fate in rest
        if not isinstance(fate, Over)
    ]
    over = [
        {
            "id": task.id,
            "attempt": task.attempt,
            "error": {"code": fate.code, "message": fate.message},
        }
        for task, fate in rest
        if isinstance(fate, Over)
    ]
    ends = [{"id": t.id, "attempt": t.attempt} for t in canceled]
    moved = [
        *lifecycle.cancel_running(tx, ends, actor=actor),
        *lifecycle.lose(tx, again, actor=actor, reason=cause.value),
        *lifecycle.fail(tx, over, actor=actor, reason=cause.value),
    ]
    return len(moved)
