"""Where a task stands: how many go first, counted only as far as anybody wants to know.

The cost does not grow with the backlog: a count reads at most a few thousand index entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    ScalarSelect,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from shared.db import Transaction
from shared.tasks.backlog import READY
from shared.tasks.task import AT_BROKER, Task, tasks

FARTHEST = 1000
"""Beyond so many nobody counts on."""
Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Place:
    """How many tasks go first; ``is_more``: that many at least."""

    before: int = 0
    is_more: bool = False

    @classmethod
    def of(cls, count: int) -> Place:
        """The place behind ``count`` tasks."""
        return cls(min(count, FARTHEST), count > FARTHEST)


def place_in_turn(tx: Transaction, task: Task) -> Place:
    """About how many of the tasks that are due now are handed out before ``task``.

    Accounts take turns: before its own n-th task goes, each of the others has had n at most.
    """
    here = (*READY, tasks.c.queue == task.queue, tasks.c.type == task.type)
    mine = (*here, tasks.c.account_id == task.account_id, tasks.c.turn < task.turn)
    own = _count(tx, mine, FARTHEST + 1)
    return Place.of(own if own > FARTHEST else _all_before(tx, here, task.account_id, own))


def place_in_queue(tx: Transaction, task: Task) -> Place:
    """How many tasks were handed out to its queue before ``task``, and are not started."""
    earlier = or_(
        tasks.c.queued_at < task.queued_at,
        and_(tasks.c.queued_at == task.queued_at, tasks.c.number < task.number),
    )
    here = (AT_BROKER, tasks.c.queue == task.queue, earlier)
    return Place.of(_count(tx, here, FARTHEST + 1))


def _all_before(tx: Transaction, here: Conditions, account_id: str, own: int) -> int:
    """Walk from account to account along the index, adding up, until it is far enough."""
    key = tasks.c.account_id
    first = select(key).where(*here).order_by(key).limit(1).scalar_subquery()
    start = select(first.label("account_id"), cast(literal(0), BigInteger).label("before"))
    walk = start.cte("walk", recursive=True)
    after = select(key).where(*here, key > walk.c.account_id).order_by(key).limit(1)
    theirs = _limited(here, walk, own + 1)
    counted = case((walk.c.account_id == account_id, own), else_=theirs)
    step = select(after.scalar_subquery(), walk.c.before + counted)
    walk = walk.union_all(step.where(walk.c.account_id.is_not(None), walk.c.before <= FARTHEST))
    return int(tx.execute(select(func.max(walk.c.before))).scalar_one())


def _limited(here: Conditions, walk: CTE, most: int) -> ScalarSelect[int]:
    """How many tasks the account at hand has, up to ``most``."""
    some = select(literal(1)).where(*here, tasks.c.account_id == walk.c.account_id)
    some = some.limit(most).correlate(walk)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def _count(tx: Transaction, where: Conditions, most: int) -> int:
    some = select(literal(1)).where(*where).limit(most).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one())
