"""Schedules fire: the task, the firing's row and the next due time are one commit.

Whoever fires a schedule has its row locked, and a due time has one row at most; so each firing is
made once with any number of schedulers, and after any restart.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select, update

from shared.db import Transaction
from shared.errors import Refused, Unavailable
from shared.schedules.drafting import DraftingDesk
from shared.schedules.firing import (
    Firing,
    add_firing,
    add_firings,
    firing_row,
    made_already,
)
from shared.schedules.outlook import Due, Outlook
from shared.schedules.schedule import COLUMNS, Schedule, get_schedule, schedules, write
from shared.tasks import submission
from shared.tasks.draft import Accepted, Draft
from shared.tasks.submission import Answer
from shared.yard import Yard

log = logging.getLogger(__name__)
SCHEDULES_AT_ONCE = 20
PUT_OFF_SECONDS = 300
UNSTORABLE = Refused("The store cannot keep this task.", code="INVALID_FIELD")
Firings = list[tuple[Schedule, Due, Draft | Refused | None]]


def fire_due(yard: Yard) -> int:
    """Fire up to a batch of the schedules that are due; how many."""
    with yard.store.read() as tx:
        if not _due_ids(tx, 1):
            return 0
    try:
        return yard.store.transact(partial(_fire, yard, None))
    except Unavailable:
        raise
    except Exception:
        log.exception("one of many schedules cannot fire; trying each by itself")
    with yard.store.read() as tx:
        ids = _due_ids(tx, SCHEDULES_AT_ONCE)
    return sum(_alone(yard, schedule_id) for schedule_id in ids)


def fire_now(tx: Transaction, yard: Yard, schedule_id: str, account_id: str) -> Firing:
    """Submit the task of the account's schedule now, whatever its times are; also while paused.

    Raises `NotFound`, and the `Refused` that the task is answered with; then there is no firing.
    """
    schedule = get_schedule(tx, schedule_id, account_id, for_update=True)
    draft = DraftingDesk(tx, yard, [schedule]).draft(schedule)
    (answer,) = submission.store(tx, [draft], None).answers
    if not isinstance(answer, Accepted):
        raise answer
    return add_firing(tx, firing_row(schedule.id, None, tx.now, answer))


def _alone(yard: Yard, schedule_id: str) -> int:
    """Fire one schedule; where its tasks cannot be stored, that is what came of its firings.

    One that cannot even be told that is put off: it must not hold up the others.
    """
    for is_storable in (True, False):
        try:
            return yard.store.transact(partial(_fire, yard, schedule_id, is_storable=is_storable))
        except Unavailable:
            raise
        except Exception:
            log.exception("schedule %s cannot fire", schedule_id)
    yard.store.transact(partial(_put_off, schedule_id))
    return 0


def _put_off(schedule_id: str, tx: Transaction) -> None:
    later = tx.now + timedelta(seconds=PUT_OFF_SECONDS)
    mine = schedules.c.id == schedule_id, schedules.c.wake_at <= tx.now
    tx.execute(update(schedules).where(*mine).values(wake_at=later))


def _fire(yard: Yard, schedule_id: str | None, tx: Transaction, *, is_storable: bool = True) -> int:
    """Fire what is due, or that one schedule; how many fired."""
    found = _locked(tx, schedule_id)
    outlooks = [one.agenda.outlook(one.next_due_at or tx.now, tx.now) for one in found]
    made = _drafted(tx, yard, found, outlooks)
    drafts = [draft for _, _, draft in made if isinstance(draft, Draft)]
    answers: Sequence[Answer] = [UNSTORABLE] * len(drafts)
    if is_storable:
        answers = submission.store(tx, drafts, None).answers
    by_draft = dict(zip((draft.id for draft in drafts), answers, strict=True))
    rows = []
    for schedule, due, asked in made:
        answer = by_draft[asked.id] if isinstance(asked, Draft) else asked
        rows.append(firing_row(schedule.id, due.due_at, tx.now, answer, due.missed))
    add_firings(tx, rows)
    for schedule, outlook in zip(found, outlooks, strict=True):
        _go_on(tx, schedule, outlook.next_due_at)
    return len(found)


def _drafted(
    tx: Transaction, yard: Yard, found: Sequence[Schedule], outlooks: Sequence[Outlook]
) -> Firings:
    """The firings to be made, each with its draft, or why it has none; None: it is skipped."""
    desk = DraftingDesk(tx, yard, found)
    pairs = list(zip(found, outlooks, strict=True))
    wanted = {(one.id, due.due_at) for one, outlook in pairs for due in outlook.firings}
    known = made_already(tx, wanted)
    made: Firings = []
    for schedule, outlook in pairs:
        for due in outlook.firings:
            if (schedule.id, due.due_at) not in known:
                made.append((schedule, due, _draft(desk, schedule) if due.is_made else None))
    return made


def _draft(desk: DraftingDesk, schedule: Schedule) -> Draft | Refused:
    try:
        return desk.draft(schedule)
    except Refused as error:
        return error


def _go_on(tx: Transaction, schedule: Schedule, next_due_at: datetime | None) -> None:
    wake_at = schedule.agenda.fires_at(next_due_at) if next_due_at else None
    write(tx, schedule, next_due_at=next_due_at, wake_at=wake_at)


def _locked(tx: Transaction, schedule_id: str | None) -> list[Schedule]:
    """The schedules that are due, locked; those that another scheduler fires are passed by."""
    query = select(*COLUMNS).where(schedules.c.wake_at <= tx.now)
    if schedule_id is not None:
        query = query.where(schedules.c.id == schedule_id)
    query = query.order_by(schedules.c.wake_at, schedules.c.number).limit(SCHEDULES_AT_ONCE)
    return [Schedule.of(row) for row in tx.rows(query.with_for_update(skip_locked=True))]


def _due_ids(tx: Transaction, limit: int) -> list[str]:
    query = select(schedules.c.id).where(schedules.c.wake_at <= tx.now)
    return [str(row.id) for row in tx.rows(query.order_by(schedules.c.wake_at).limit(limit))]
