"""The caller's schedules for the request at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from api.auth import caller
from api.buyers.blueprint import refuse
from api.buyers.change import read_change
from api.buyers.desk import desk
from api.buyers.listing import page_of
from api.buyers.refusals import refused
from api.buyers.schedule_secrets import revealed
from api.buyers.schedule_view import firing_body, schedule_body, whole_body
from api.buyers.schedule_words import NewScheduleWords, ScheduleChangeWords
from api.buyers.submission import draft_of
from api.failure import Failure, FieldError, Rejected
from api.gateway import gateway
from api.idempotency.once import created
from api.limits import read_object, without_nulls
from api.paging import cut
from shared.db import Transaction
from shared.schedules import making
from shared.schedules.asked import AskedTask, NewSchedule
from shared.schedules.fire import fire_now
from shared.schedules.firing import list_firings
from shared.schedules.outlook import Missed
from shared.schedules.schedule import Schedule, get_schedule, list_schedules
from shared.schedules.standing import Standing
from shared.tasks.dispatch import UNSTORABLE

NEW = NewScheduleWords()
CHANGE = ScheduleChangeWords()
ONCE_ONLY = ("notBefore", "after")
"""What a submission may say that makes no sense for many."""


def made() -> dict[str, Any]:
    """The schedule that the request asks for."""
    try:
        words = _words(NEW.load(read_object()))
    except ValidationError as error:
        raise refuse(error) from None
    account_id = caller().account_id

    def work(tx: Transaction) -> dict[str, Any]:
        return whole_body(making.make_schedule(tx, account_id, NewSchedule(**words)), tx.now)

    return _storable(lambda: created(work))


def changed(schedule_id: str) -> dict[str, Any]:
    """The caller's schedule after the change that the request asks for."""
    words, account_id = _words(read_change(CHANGE), schedule_id), caller().account_id
    if "missed" in words:
        words["missed"] = words["missed"].value
    return _storable(
        lambda: _written(lambda tx: making.change_schedule(tx, schedule_id, account_id, words))
    )


def moved(move: Callable[[Transaction, str, str], Schedule], schedule_id: str) -> dict[str, Any]:
    """The caller's schedule after a pause or its end."""
    account_id = caller().account_id
    return _written(lambda tx: move(tx, schedule_id, account_id))


def deleted(schedule_id: str) -> None:
    """Delete the caller's schedule."""
    account_id = caller().account_id
    gateway().yard.store.transact(lambda tx: making.delete_schedule(tx, schedule_id, account_id))


def fired(schedule_id: str) -> dict[str, Any]:
    """The firing of the caller's schedule that was asked for."""
    account_id = caller().account_id
    yard = gateway().yard
    gateway().admission.require_room(account_id)
    return created(lambda tx: firing_body(fire_now(tx, yard, schedule_id, account_id)))


def read_one(schedule_id: str) -> dict[str, Any]:
    """The caller's schedule as it is now."""
    with gateway().yard.store.read() as tx:
        return whole_body(get_schedule(tx, schedule_id, caller().account_id), tx.now)


def read_page(query: Mapping[str, Any]) -> dict[str, Any]:
    """A page of the caller's schedules, newest first."""
    page = page_of(query)
    standing = Standing(query["status"]) if "status" in query else None
    with gateway().yard.store.read() as tx:
        rows = list_schedules(
            tx, caller().account_id, standing=standing, before=page.before, limit=page.limit + 1
        )
    found, cursor = cut(rows, page.limit, lambda schedule: schedule.number)
    return {"schedules": [schedule_body(one) for one in found], "nextCursor": cursor}


def read_history(schedule_id: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """A page of what the caller's schedule did, newest first."""
    page = page_of(query)
    with gateway().yard.store.read() as tx:
        schedule = get_schedule(tx, schedule_id, caller().account_id)
        rows = list_firings(tx, schedule.id, before=page.before, limit=page.limit + 1)
    found, cursor = cut(rows, page.limit, lambda firing: firing.number)
    return {"firings": [firing_body(one) for one in found], "nextCursor": cursor}


def _words(asked: Mapping[str, Any], schedule_id: str | None = None) -> dict[str, Any]:
    """What was asked, as `shared.schedules` calls it; raises what is wrong with the task.

    ``schedule_id`` is of the schedule that is to be changed so.
    """
    words = dict(asked)
    if "name" in words:
        words["name"] = (words["name"] or "").strip()
    if "missed" in words:
        words["missed"] = Missed(words["missed"])
    if "task" in words:
        words["task"] = _task(without_nulls(words["task"]), schedule_id)
    return words


def _task(body: dict[str, Any], schedule_id: str | None) -> AskedTask:
    """The checked task of ``body``; a refusal names its fields as they stand in ``task``."""
    for name in ONCE_ONLY:
        if name in body:
            raise refused("INVALID_FIELD", f"task.{name}", "must be left out: there are many.")
    try:
        told = revealed(body, schedule_id)
        asked = AskedTask.of(gateway().yard, told.body, draft_of(told.body, desk()))
        return replace(asked, kept_from=told.kept_from)
    except Rejected as error:
        raise _inside(error.failure) from None


def _inside(failure: Failure) -> Rejected:
    fields = tuple(FieldError(f"task.{one.field}", one.detail) for one in failure.fields)
    detail = f"task.{failure.detail}" if fields else failure.detail
    return Rejected(failure.kind, detail, code=failure.code, fields=fields, headers=failure.headers)


def _written(work: Callable[[Transaction], Schedule]) -> dict[str, Any]:
    """The schedule that ``work`` wrote, once that is committed."""
    return gateway().yard.store.transact(lambda tx: whole_body(work(tx), tx.now))


def _storable(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do ``work``; a task that the store refuses is the caller's mistake."""
    try:
        return work()
    except UNSTORABLE:
        raise refused("INVALID_FIELD", "task", "cannot be kept by the store.") from None
