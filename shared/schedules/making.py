"""Schedules are made, changed, paused, resumed and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from shared.db import Transaction
from shared.errors import Conflict, Refused
from shared.ids import new_id
from shared.schedules.asked import NewSchedule
from shared.schedules.schedule import (
    COLUMNS,
    Schedule,
    count_schedules,
    get_schedule,
    schedules,
    write,
)
from shared.schedules.span import read_span
from shared.schedules.standing import Standing
from shared.schedules.timing import Timing

MOST_SCHEDULES = 1000
MOVES = frozenset({"cron", "every", "timezone", "start_at"})
"""A change of one of these makes all due times anew."""


def make_schedule(tx: Transaction, account_id: str, new: NewSchedule) -> Schedule:
    """The account's new schedule.

    Raises `Refused` where its times make no sense, and `Conflict` where there are too many.
    """
    tx.lock(f"schedules/{account_id}")
    if count_schedules(tx, account_id) >= MOST_SCHEDULES:
        raise Conflict(f"There are {MOST_SCHEDULES} schedules already; delete one first.")
    row = {
        "id": new_id(),
        "account_id": account_id,
        "name": new.name,
        "cron": new.cron,
        **_interval(new.every),
        "timezone": new.timezone,
        "jitter_seconds": new.jitter_seconds,
        "anchor_at": new.start_at or tx.now,
        "start_at": new.start_at,
        "end_at": new.end_at,
        "missed": new.missed.value,
        **new.task.columns(),
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    made = Schedule.of(tx.rows(insert(schedules).values(row).returning(*COLUMNS))[0])
    check_timing(made)
    return _due_at(tx, made, _next(made, tx.now))


def change_schedule(
    tx: Transaction, schedule_id: str, account_id: str, change: Mapping[str, Any]
) -> Schedule:
    """The account's schedule with ``change``: columns by name, and ``task``, an `AskedTask`.

    ``cron`` takes the place of an interval, and the other way round. Due times that are over are
    not made any more where the change moves them. Raises as `make_schedule`, and `NotFound`;
    `Conflict` where secrets that were to stay are others by now.
    """
    before = get_schedule(tx, schedule_id, account_id, for_update=True)
    values: dict[str, Any] = {**change, **_of_one_kind(change)}
    if "every" in values:
        values |= _interval(values["every"])
    task = values.pop("task", None)
    if task is not None:
        if task.kept_from not in (None, before.secrets):
            raise Conflict("Its secrets were changed meanwhile; send the change again.")
        values |= task.columns()
    if "every" in change or "start_at" in change:
        values["anchor_at"] = values.get("start_at", before.start_at) or tx.now
    after = write(tx, before, **values, updated_at=tx.now)
    check_timing(after)
    is_lengthened = "end_at" in change and before.next_due_at is None
    is_moved = is_lengthened or not MOVES.isdisjoint(change)
    due_at = _next(after, tx.now) if is_moved else _until_end(before, after.timing)
    return _due_at(tx, after, None if after.paused_at else due_at)


def pause(tx: Transaction, schedule_id: str, account_id: str) -> Schedule:
    """Fire no more; due times pass unmade until `resume`. `Conflict` where it has ended."""
    found = get_schedule(tx, schedule_id, account_id, for_update=True)
    if found.standing is Standing.ENDED:
        raise Conflict("The schedule has ended: it is not due again.")
    if found.standing is Standing.PAUSED:
        return found
    values = {"paused_at": tx.now, "updated_at": tx.now}
    return write(tx, found, next_due_at=None, wake_at=None, **values)


def resume(tx: Transaction, schedule_id: str, account_id: str) -> Schedule:
    """Fire again, from the next due time on; those that passed meanwhile are not missed."""
    found = get_schedule(tx, schedule_id, account_id, for_update=True)
    if found.standing is not Standing.PAUSED:
        return found
    going = write(tx, found, paused_at=None, updated_at=tx.now)
    return _due_at(tx, going, going.timing.after(tx.now))


def delete_schedule(tx: Transaction, schedule_id: str, account_id: str) -> None:
    """Fire no more, for good; tasks that were submitted stay."""
    found = get_schedule(tx, schedule_id, account_id, for_update=True)
    gone = {"deleted_at": tx.now, "updated_at": tx.now, "secrets": None}
    write(tx, found, next_due_at=None, wake_at=None, **gone)


def check_timing(schedule: Schedule) -> None:
    """`Refused` names the field that makes no sense beside the others. Pure."""
    if schedule.cron is None and schedule.every_seconds is None:
        raise Refused("cron: or every is required.", code="MISSING_FIELDS", field="cron")
    if schedule.cron is not None and schedule.every_seconds is not None:
        raise _refused("every", "must be left out where cron is given.")
    if schedule.every_seconds is not None and schedule.jitter_seconds >= schedule.every_seconds:
        raise _refused("jitterSeconds", "must be less than every.")
    start, end = schedule.start_at, schedule.end_at
    if start is not None and end is not None and end < start:
        raise _refused("endAt", "must not be before startAt.")


def _interval(every: str | None) -> dict[str, Any]:
    return {"every": every, "every_seconds": None if every is None else read_span(every)}


def _of_one_kind(change: Mapping[str, Any]) -> dict[str, None]:
    """What a change of one kind to the other takes away."""
    for given, other in (("cron", "every"), ("every", "cron")):
        if change.get(given) is not None and other not in change:
            return {other: None}
    return {}


def _next(schedule: Schedule, now: datetime) -> datetime:
    """When it is due first after ``now``; `Refused` where it would never be."""
    due_at = schedule.timing.after(now)
    if due_at is None:
        raise _refused("endAt", "leaves no time from now on at which it would be due.")
    return due_at


def _until_end(before: Schedule, timing: Timing) -> datetime | None:
    """The due time that stands, which may be a moment ago; `Refused` where the end is before it."""
    due_at = before.next_due_at
    is_over = due_at is not None and timing.end_at is not None and due_at > timing.end_at
    if is_over:
        raise _refused("endAt", "leaves no time from now on at which it would be due.")
    return due_at


def _due_at(tx: Transaction, schedule: Schedule, due_at: datetime | None) -> Schedule:
    wake_at = schedule.agenda.fires_at(due_at) if due_at else None
    return write(tx, schedule, next_due_at=due_at, wake_at=wake_at)


def _refused(field: str, detail: str) -> Refused:
    return Refused(f"{field}: {detail}", code="INVALID_FIELD", field=field)
