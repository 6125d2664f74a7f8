"""The secret fields of failed tasks, wiped once nobody has tried them again for `KEPT`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select, update

from shared.db import Transaction
from shared.tasks.secret_fields import KEPT
from shared.tasks.status import Status
from shared.tasks.task import has_status, is_now, tasks

WIPE_AT_ONCE = 500
Place = tuple[datetime, int]
"""Where a failed task stands among the others: when it ended, and its number."""


def wipe_secrets(tx: Transaction, after: Place | None) -> tuple[int, Place]:
    """Wipe those of up to `WIPE_AT_ONCE` tasks that stand after ``after``.

    How many there were, and where to go on: nobody fails in the past, so who goes on there sees
    them all. What was wiped is {}, so that nobody tries the task again without what it needs.
    """
    until = tx.now - KEPT
    rows = tx.rows(failed_with_secrets(until, after))
    full = [row.number for row in rows if row.secrets]
    if full:
        guards = (is_now(Status.FAILED), tasks.c.completed_at < until)
        wiped = update(tasks).where(tasks.c.number.in_(full), *guards)
        tx.execute(wiped.values(secrets={}))
    if len(rows) < WIPE_AT_ONCE:
        return len(rows), (until, 0)
    return len(rows), (rows[-1].completed_at, rows[-1].number)


def failed_with_secrets(until: datetime, after: Place | None) -> Select[Any]:
    """The next of those that failed before ``until`` and have, or had, secret fields."""
    place = (tasks.c.completed_at, tasks.c.number)
    query = select(*place, tasks.c.secrets).where(
        has_status(Status.FAILED), tasks.c.secrets.is_not(None), tasks.c.completed_at < until
    )
    if after is not None:
        at, number = after
        later = or_(tasks.c.completed_at > at, tasks.c.number > number)
        query = query.where(tasks.c.completed_at >= at, later)
    return query.order_by(*place).limit(WIPE_AT_ONCE)
