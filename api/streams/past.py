"""What a stream has missed, read from the log in windows; and where a new one begins."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from sqlalchemy import func, select

from api.streams.wanted import Beginning, Wanted
from shared.db import Store, Transaction
from shared.tasks.event_log import Event, newest_number, read_events
from shared.tasks.task import transitions

WINDOW = 5_000
"""Numbers that are looked at in one query, whosever events they are."""
MOST_AT_ONCE = 500
"""Events that are read in one query."""
READERS = 4
"""Streams that read at the same time: the store has others to serve."""
LATEST = 10_000
"""Among so many numbers are those that were given and are not committed yet."""


class Past:
    """Reads the log for streams that are not up to date."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._readers = threading.BoundedSemaphore(READERS)

    def beginning(self, resume_after: int | None) -> Beginning:
        """After the event ``resume_after``; now, where none is named, or one that is not there.

        It may have been told by a yard that was set back to an earlier state since.
        """
        with self._store.read() as tx:
            if resume_after is not None and resume_after <= newest_number(tx):
                return Beginning(resume_after)
            return now(tx)

    def read(self, wanted: Wanted, after: int, upto: int) -> tuple[Sequence[Event], int]:
        """The next of the events up to ``upto`` that are ``wanted``, and how far that is."""
        tasks = None if wanted.task_ids is None else sorted(wanted.task_ids)
        end = upto if tasks is not None else min(upto, after + WINDOW)
        account = wanted.account_id
        with self._readers, self._store.read() as tx:
            events = read_events(tx, after, end, MOST_AT_ONCE, account_id=account, task_ids=tasks)
        reached = events[-1].number if len(events) == MOST_AT_ONCE else end
        return [event for event in events if wanted.takes(event)], reached


def now(tx: Transaction) -> Beginning:
    """After everything that is committed, and before everything that is not.

    One statement, so that what it sees is of one moment.
    """
    if tx.dialect != "postgresql":
        return Beginning(newest_number(tx))
    newest = select(func.coalesce(func.max(transitions.c.number), 0)).scalar_subquery()
    query = select(transitions.c.number).where(transitions.c.number > newest - LATEST)
    seen = {row.number for row in tx.rows(query)}
    if not seen:
        return Beginning(0)
    first, last = min(seen), max(seen)
    return Beginning(last, frozenset(range(first, last)) - seen)
