"""What is due and waits to be handed out: in which queues, of whom.

Queues and tenants are found by hopping along the index of due tasks, one probe for each: what that
costs does not grow with the number of tasks.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, literal, literal_column, select, update

from shared.db import Transaction
from shared.tasks.status import Status
from shared.tasks.task import has_status, tasks

WAKE_AT_ONCE = 5000
MOST_QUEUES = 200
FIRST_ID, LAST_ID = f"{UUID(int=0)}", f"{UUID(int=2**128 - 1)}"
READY = (has_status(Status.PENDING), tasks.c.due)
WAITING = (has_status(Status.PENDING), ~tasks.c.due, tasks.c.blocked_by == literal_column("0"))


def is_waking_due(tx: Transaction) -> bool:
    """Whether the time of some pending task has come."""
    query = select(tasks.c.id).where(*WAITING, tasks.c.not_before <= tx.now)
    return tx.first(query.limit(1)) is not None


def wake(tx: Transaction) -> int:
    """Mark the pending tasks whose time has come as due; how many."""
    chosen = (
        select(tasks.c.id)
        .where(*WAITING, tasks.c.not_before <= tx.now)
        .limit(WAKE_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    moved = update(tasks).where(tasks.c.id.in_(chosen.scalar_subquery())).values(due=True)
    return tx.execute(moved).rowcount


def has_backlog(tx: Transaction, queue: str, type_name: str) -> bool:
    """Whether due tasks of the type wait to be handed out, so that newcomers stand behind."""
    ready = select(tasks.c.id).where(*READY, tasks.c.queue == queue, tasks.c.type == type_name)
    return tx.first(ready.limit(1)) is not None


def busy_queues(tx: Transaction) -> list[str]:
    """The queues in which due tasks wait."""
    return _hop(tx, "queue", MOST_QUEUES, "", "\U0010ffff")


def waiting_tenants(
    tx: Transaction, queue: str, type_name: str, after: str = FIRST_ID, most: int = 200
) -> list[str]:
    """Up to ``most`` accounts with due tasks of a type, those behind ``after`` first."""
    of_type = {"queue": queue, "type": type_name}
    found = _hop(tx, "account_id", most, after, LAST_ID, **of_type)
    if len(found) < most and after != FIRST_ID:
        found += _hop(tx, "account_id", most - len(found), FIRST_ID, after, **of_type)
    return found


def _hop(
    tx: Transaction, column: str, most: int, after: str, until: str, **given: str
) -> list[str]:
    """The distinct values of ``column`` among due tasks, above ``after`` and up to ``until``."""
    values = {"after": after, "until": until, "most": most, **given}
    return [str(row.value) for row in tx.rows(_hops(column, tuple(given)), values)]


@lru_cache
def _hops(column: str, given: tuple[str, ...]) -> Select[Any]:
    key = tasks.c[column]
    where = (
        *READY,
        *(tasks.c[name] == bindparam(name) for name in given),
        key <= bindparam("until", type_=key.type),
    )
    first = select(key).where(*where, key > bindparam("after", type_=key.type))
    first = first.order_by(key).limit(1)
    start = select(first.scalar_subquery().label("value"), literal(1).label("n"))
    walk = start.cte("walk", recursive=True)
    following = select(key).where(*where, key > walk.c.value).order_by(key).limit(1)
    step = select(following.scalar_subquery(), walk.c.n + 1).where(
        walk.c.value.is_not(None), walk.c.n < bindparam("most", type_=Integer())
    )
    walk = walk.union_all(step)
    return select(walk.c.value).where(walk.c.value.is_not(None)).order_by(walk.c.n)
