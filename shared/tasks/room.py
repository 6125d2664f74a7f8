"""How much more a queue may take: no more than a moment's work sits in the broker.

Beyond that tasks stay pending, where order, fairness, pauses and cancellation still count. How
much a moment's work is, is learnt by watching: what of that which was queued a moment ago is
queued still? By Little's law a queue that holds ``rate × seconds`` makes a newcomer wait for so
many seconds. Work is counted in units: a task that travels alone fills a message by itself, so it
counts as much as a full one.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select

from shared.db import Transaction
from shared.tasks.backlog import has_backlog
from shared.tasks.draft import Draft
from shared.tasks.express import express
from shared.tasks.task import AT_BROKER, tasks
from shared.tasks.task_type import Payload, TaskType

LEAST_MESSAGES = 4
"""So many full messages may always wait, lest a worker has nothing to take."""
FRESH_SECONDS = 0.1
SHORTEST_SECONDS = 0.02
"""Less time between two looks tells nothing."""
SMOOTH_SECONDS = 0.5
FORGET_SECONDS = 10.0
AHEAD_SECONDS = 0.25


def least_units(batch_size: int) -> int:
    """The room of a queue of which nothing is known, in units."""
    return batch_size * LEAST_MESSAGES


def is_solo(kind: TaskType, payload: Payload) -> bool:
    """Whether a task travels in a message of its own."""
    return kind.batch_size == 1 or kind.is_slow(payload)


def units_of(solo: bool, batch_size: int) -> int:
    """How much of a message a task fills."""
    return batch_size if solo else 1


@dataclass(slots=True)
class Pace:
    """How fast one queue is emptied, as learnt so far: units a second."""

    at: datetime | None = None
    units: int = 0
    per_second: float = 0.0
    was_filled: bool = False

    def learn(self, at: datetime, units: int, left: int) -> None:
        """Look again: ``units`` are queued, ``left`` of them were so at the last look.

        A queue that ran dry although it had been filled could be emptied faster than anybody saw.
        """
        elapsed = (at - self.at).total_seconds() if self.at else FORGET_SECONDS
        if 0 <= elapsed < SHORTEST_SECONDS:
            return
        if not 0 <= elapsed < FORGET_SECONDS:
            self.per_second = 0.0
        elif left > 0:
            seen = max(0, self.units - left) / elapsed
            self.per_second += (seen - self.per_second) * min(1.0, elapsed / SMOOTH_SECONDS)
        elif self.was_filled:
            self.per_second = 2 * max(self.per_second, self.units / elapsed)
        self.at, self.units, self.was_filled = at, units, False

    def size(self, batch_size: int, ahead_seconds: float) -> int:
        """How many units may be queued."""
        return int(max(least_units(batch_size), self.per_second * ahead_seconds))


@dataclass(slots=True)
class _Measured:
    at: float
    size: int
    room: int
    express_room: int


class Rooms:
    """A process's view of every queue's room; it may be asked from any thread.

    Express tasks have a room of their own, as large, so that neither fills up the other's.
    ``served`` remembers which account a queue's last tasks were of, ``behind`` which lines of
    tasks with mutexes were looked at last (`mutex_line`).
    """

    def __init__(self, ahead_seconds: float = AHEAD_SECONDS) -> None:
        self._ahead_seconds = ahead_seconds
        self._lock = threading.Lock()
        self._paces: dict[str, Pace] = {}
        self._measured: dict[str, _Measured] = {}
        self.served: dict[str, str] = {}
        self.behind: dict[tuple[str, str, str], str] = {}

    def _measure(self, tx: Transaction, queue: str, batch_size: int) -> _Measured:
        """Look how many units of ``queue`` are queued now, and how many more may be."""
        with self._lock:
            pace = self._paces.setdefault(queue, Pace())
        units, express, left = _units(tx, queue, batch_size, pace.at or tx.now)
        with self._lock:
            pace.learn(tx.now, units + express, left)
            size = pace.size(batch_size, self._ahead_seconds)
            at = tx.now.timestamp()
            measured = self._measured[queue] = _Measured(at, size, size - units, size - express)
        return measured

    def gap(self, tx: Transaction, queue: str, batch_size: int) -> int:
        """The room that is worth filling: none while more than half of it is taken.

        Few tasks at a time make many small messages, and each costs a worker as much as a full one.
        """
        measured = self._measure(tx, queue, batch_size)
        return measured.room if 2 * measured.room >= measured.size else 0

    def took(self, tx: Transaction, queue: str, units: int) -> None:
        """Remember that ``units`` more are queued by this transaction."""
        with self._lock:
            measured, pace = self._measured[queue], self._paces[queue]
            measured.room -= units
            pace.was_filled = pace.was_filled or (units > 0 >= measured.room)
            if pace.at == tx.now:
                pace.units += units

    def take(self, tx: Transaction, task_type: TaskType, units: Sequence[int]) -> int:
        """Reserve room for the first of tasks that fill ``units``; for how many of them.

        0 where others wait already: newcomers stand behind them. Looks at the store at most every
        `FRESH_SECONDS`.
        """
        queue = task_type.queue
        with self._lock:
            measured = self._measured.get(queue)
        if measured is None or not 0 <= tx.now.timestamp() - measured.at < FRESH_SECONDS:
            self._measure(tx, queue, task_type.batch_size)
            if has_backlog(tx, queue, task_type.name):
                self._close(queue)
        with self._lock:
            fitting = _fitting(units, self._measured[queue].room)
        self.took(tx, queue, sum(units[:fitting]))
        return fitting

    def express(
        self, tx: Transaction, drafts: Sequence[Draft], chosen: Collection[str]
    ) -> set[str]:
        """The drafts that go although they are not among the ``chosen``, who have room."""
        ahead = express(tx, [d for d in drafts if self._has_express_room(d)], chosen)
        with self._lock:
            for draft in (d for d in drafts if d.id in ahead):
                kind = draft.task_type
                units = units_of(is_solo(kind, draft.payload), kind.batch_size)
                self._measured[kind.queue].express_room -= units
        return ahead

    def _has_express_room(self, draft: Draft) -> bool:
        with self._lock:
            measured = self._measured.get(draft.task_type.queue)
        return measured is not None and measured.express_room > 0

    def _close(self, queue: str) -> None:
        """Let nobody in until the next look."""
        with self._lock:
            self._measured[queue].room = 0


def _fitting(units: Sequence[int], room: int) -> int:
    """How many from the beginning of ``units`` fit; what begins in the room may stand over."""
    for place, size in enumerate(units):
        if room <= 0:
            return place
        room -= size
    return len(units)


def _units(tx: Transaction, queue: str, batch_size: int, since: datetime) -> tuple[int, int, int]:
    """The regular and the express units queued now; those of both that were so by ``since``."""
    size = case((tasks.c.solo, batch_size), else_=1)
    query = select(
        _sum(case((tasks.c.express, 0), else_=size), "units"),
        _sum(case((tasks.c.express, size), else_=0), "express"),
        _sum(case((tasks.c.queued_at <= since, size), else_=0), "left"),
    )
    row = tx.first(query.where(tasks.c.queue == queue, AT_BROKER))
    return (int(row.units), int(row.express), int(row.left)) if row else (0, 0, 0)


def _sum(size: ColumnElement[int], name: str) -> ColumnElement[int]:
    return func.coalesce(func.sum(size), 0).label(name)
