"""Notices are written: deliveries of events that somebody wants to hear of.

The deliveries and the cursor, up to which events were looked at, are one commit, made by one
writer at a time; so each event makes each of its deliveries once, with any number of schedulers.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from sqlalchemy import ColumnElement, func, insert, literal, or_, select, update

from shared.db import Store, Transaction
from shared.notices.body import body, event_word
from shared.notices.cursor import notice_cursor
from shared.notices.interest import interested
from shared.notices.line import NewDelivery, add
from shared.notices.told import Told, read_told
from shared.notices.webhook import COLUMNS, Webhook, webhooks
from shared.tasks.event_log import Event, Horizon, read_events
from shared.tasks.task import tasks, transitions

log = logging.getLogger(__name__)
EVENTS_AT_ONCE = 1000
TASKS_AT_ONCE = 50
"""How many tasks are read in one query: their results may be large."""
MOST_CHARACTERS = 4_000_000
"""Of bodies in one commit, at about: an event may be told to 50 webhooks, with 20,000 each."""
LOCK = "notices"
ONLY = 1
"""The id of the cursor's row."""
LISTENS = (webhooks.c.deleted_at.is_(None), webhooks.c.disabled_at.is_(None))
HAS_CALLBACK = tasks.c.callback_url.is_not(None)


class Writer:
    """One scheduler's view of what is written; for one thread."""

    def __init__(self) -> None:
        self._horizon = Horizon()
        self._written_upto: int | None = None

    def write(self, store: Store) -> int:
        """Look at up to a batch of events; how many numbers the cursor moved on."""
        with store.read() as tx:
            upto = self._horizon.advance(tx)
            if upto != self._written_upto:  # what came while that was awaited may be complete too
                upto = self._horizon.advance(tx)
        if upto == self._written_upto:
            return 0
        moved, reached = store.transact(partial(_write, upto))
        self._written_upto = upto if reached >= upto else None
        return moved


def _write(upto: int, tx: Transaction) -> tuple[int, int]:
    """How far the cursor moved, and where it is."""
    if not tx.try_lock(LOCK):
        return 0, -1
    before = _cursor(tx)
    heard = before if before >= upto else _next(tx, before, upto)
    if heard > before:
        tx.execute(update(notice_cursor).values(event_number=heard))
    return heard - before, max(before, heard)


def _next(tx: Transaction, before: int, upto: int) -> int:
    """Make the deliveries of the next batch of events; the number of its last."""
    if not _is_anybody_listening(tx):
        return upto
    wanted = or_(
        tasks.c.account_id.in_(select(webhooks.c.account_id).where(*LISTENS)), HAS_CALLBACK
    )
    first = _first(tx, before)
    upto = min(upto, max(first, before + 1) + EVENTS_AT_ONCE - 1)
    made, reached = _deliveries(tx, _events(tx, before, upto, wanted))
    add(tx, made)
    return upto if reached is None else reached


def _events(tx: Transaction, before: int, upto: int, wanted: ColumnElement[bool]) -> list[Event]:
    """All of them: there are no more than numbers."""
    return read_events(tx, before, upto, EVENTS_AT_ONCE, only=wanted)


def _deliveries(tx: Transaction, events: Sequence[Event]) -> tuple[list[NewDelivery], int | None]:
    """The deliveries of ``events``, and the last of these where that is enough for one commit."""
    if not events:
        return [], None
    listening = _listening(tx, {event.account_id for event in events})
    made: list[NewDelivery] = []
    size = 0
    for start in range(0, len(events), TASKS_AT_ONCE):
        some = events[start : start + TASKS_AT_ONCE]
        told = read_told(tx, {event.task_id for event in some})
        for event in some:
            task = told.get(event.task_id)
            if task is None:
                continue  # it was purged this moment
            new = _of_event(event, task, listening[event.account_id])
            made += new
            size += sum(len(one.body) for one in new)
            if size >= MOST_CHARACTERS:
                return made, event.number
    return made, None


def _of_event(event: Event, task: Told, webhooks: Sequence[Webhook]) -> list[NewDelivery]:
    """One event's; none where it cannot be told, for the others' must not wait for that."""
    try:
        wanted = list(interested(event, task, webhooks))
        text = body(event, task) if wanted else ""
    except Exception:
        log.exception("what happened to task %s is not told: %s", task.id, event.status)
        return []
    return [
        NewDelivery(
            place=interest.place,
            event=event_word(event),
            body=text,
            url=interest.url,
            task_id=event.task_id,
            event_number=event.number,
        )
        for interest in wanted
    ]


def _is_anybody_listening(tx: Transaction) -> bool:
    for wanted in (
        select(literal(1)).select_from(webhooks).where(*LISTENS),
        select(literal(1)).select_from(tasks).where(HAS_CALLBACK),
    ):
        if tx.first(wanted.limit(1)) is not None:
            return True
    return False


def _listening(tx: Transaction, account_ids: set[str]) -> dict[str, list[Webhook]]:
    """The webhooks of the accounts; one that is paused hears as well, and is told later."""
    found = defaultdict[str, list[Webhook]](list)
    query = select(*COLUMNS).where(*LISTENS, webhooks.c.account_id.in_(account_ids))
    for row in tx.rows(query.order_by(webhooks.c.number)):
        found[row.account_id].append(Webhook.of(row))
    return found


def _first(tx: Transaction, after: int) -> int:
    """The lowest number above ``after`` that there is: old events are purged."""
    query = select(func.min(transitions.c.number).label("number"))
    row = tx.first(query.where(transitions.c.number > after))
    return (row.number or 0) if row else 0


def _cursor(tx: Transaction) -> int:
    """Up to which number events were looked at; the lock is held."""
    row = tx.first(select(notice_cursor.c.event_number))
    if row is None:
        tx.execute(insert(notice_cursor).values(id=ONLY, event_number=0))
        return 0
    return int(row.event_number)
