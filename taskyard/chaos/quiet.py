"""Waiting until nothing of a run is left to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import func, select

from shared.errors import Unavailable
from shared.tasks.task import tasks
from taskyard.chaos.check_notices import check_notices
from taskyard.chaos.history import History
from taskyard.chaos.journal import Journal
from taskyard.chaos.leftovers import waiting_ids
from taskyard.chaos.load import Load
from taskyard.chaos.target import Target

QUIET_SECONDS = 300.0
"""A message that got lost among others is sent again after a minute; so this is ample."""
LOOK_SECONDS = 0.25
TELL_SECONDS = 5.0
MESSAGES_SECONDS = 20.0
"""How long messages may outlive their tasks."""
NOTICES_SECONDS = 120.0
"""What a sender held that nobody saw die is sent again after a minute; so this is ample."""


def await_quiet(
    target: Target,
    load: Load,
    account_id: str,
    tell: Callable[[str], None],
    seconds: float = QUIET_SECONDS,
) -> bool:
    """Wait until every task of the account is final; False where some are not in time."""
    end = time.monotonic() + seconds
    told_at = time.monotonic()
    while True:
        load.answer_the_rest()
        left = _left(target, account_id)
        if left == {}:
            return True
        if time.monotonic() > end:
            return False
        if left and time.monotonic() > told_at + TELL_SECONDS:
            told_at = time.monotonic()
            tell("still to end: " + ", ".join(f"{n} {word}" for word, n in sorted(left.items())))
        time.sleep(LOOK_SECONDS)


def _left(target: Target, account_id: str) -> dict[str, int] | None:
    """How many tasks are not final, by status; None where the store does not answer."""
    query = select(tasks.c.status, func.count().label("number")).where(
        tasks.c.account_id == account_id, tasks.c.completed_at.is_(None)
    )
    with suppress(Unavailable), target.yard.store.read() as tx:
        return {row.status: row.number for row in tx.rows(query.group_by(tasks.c.status))}
    return None


def await_notices(history: History, journal: Journal) -> History:
    """The history with the notices that came of it; they had time to come."""
    end = time.monotonic() + NOTICES_SECONDS
    while True:
        told = history.with_heard(journal.all_heard())
        if time.monotonic() > end or not any(check_notices(told)):
            return told
        time.sleep(LOOK_SECONDS)


def left_in_queues(target: Target, ids: frozenset[str]) -> frozenset[str]:
    """Those of ``ids`` whose messages lie in a queue although workers had time to take them."""
    end = time.monotonic() + MESSAGES_SECONDS
    waiting = ids
    while waiting and time.monotonic() < end:
        with suppress(Unavailable):
            waiting = ids & waiting_ids(target)
        time.sleep(LOOK_SECONDS if waiting else 0)
    return waiting
