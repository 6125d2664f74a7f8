"""Schedules go on where the store's clock was far ahead for a while, and was set right.

What was due up to that false time has been settled, so nothing would fire until time gets there:
for an hour, or for years. The firings that were made then show it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import func, select

from shared.db import Transaction
from shared.schedules.firing import firings
from shared.schedules.schedule import COLUMNS, Schedule, schedules, write

log = logging.getLogger(__name__)
AHEAD = timedelta(seconds=60)
"""A firing from farther ahead than that was made by a clock that was wrong."""


def go_on_from_now(tx: Transaction) -> int:
    """Let schedules that fired in the future be due from now on; how many.

    Due times that were made by then are not made again.
    """
    latest = tx.first(select(func.max(firings.c.fired_at).label("fired_at")))
    if latest is None or latest.fired_at is None or latest.fired_at <= tx.now + AHEAD:
        return 0
    fired = select(firings.c.schedule_id).where(firings.c.fired_at > tx.now + AHEAD)
    query = select(*COLUMNS).where(
        schedules.c.id.in_(fired), schedules.c.paused_at.is_(None), schedules.c.deleted_at.is_(None)
    )
    rows = tx.rows(query.order_by(schedules.c.number).with_for_update(skip_locked=True))
    moved = sum(_moved(tx, Schedule.of(row)) for row in rows)
    if moved:
        log.warning("the clock was set back: %d schedules are due from now on", moved)
    return moved


def _moved(tx: Transaction, schedule: Schedule) -> bool:
    due_at = _due_at(tx, schedule)
    if due_at is None or (schedule.next_due_at is not None and due_at >= schedule.next_due_at):
        return False
    write(tx, schedule, next_due_at=due_at, wake_at=schedule.agenda.fires_at(due_at))
    return True


def _due_at(tx: Transaction, schedule: Schedule) -> datetime | None:
    try:
        return schedule.timing.after(tx.now)
    except Exception:  # one that nobody understands must not hold up the others
        log.exception("when schedule %s is due cannot be told", schedule.id)
        return None
