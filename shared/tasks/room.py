"""How much more a queue may take: no more than a few seconds of work sits in the broker.

Beyond that tasks stay pending, where order, fairness, pauses and cancellation still count.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sqlalchemy import func, select

from shared.db import Transaction
from shared.tasks.status import Status
from shared.tasks.task import has_status, tasks
from shared.tasks.task_type import TaskType

BATCHES_AHEAD = 20
"""How many full messages of one type may wait in the broker."""
LEAST_ROOM = 64
FRESH_SECONDS = 0.1


def most_queued(task_type: TaskType) -> int:
    """How many tasks of ``task_type`` may be queued at once."""
    return max(LEAST_ROOM, task_type.batch_size * BATCHES_AHEAD)


def queued_now(tx: Transaction, queue: str) -> int:
    """How many tasks of ``queue`` are handed out and not yet started."""
    count = select(func.count()).where(tasks.c.queue == queue, has_status(Status.QUEUED))
    return int(tx.execute(count).scalar_one())


def has_backlog(tx: Transaction, queue: str) -> bool:
    """Whether due tasks of ``queue`` wait to be handed out, so that newcomers stand behind."""
    ready = select(tasks.c.id).where(
        tasks.c.queue == queue, has_status(Status.PENDING), tasks.c.due
    )
    return tx.first(ready.limit(1)) is not None


@dataclass(slots=True)
class _Measured:
    at: float
    room: int


class Rooms:
    """A process's view of every queue's room, measured at most every `FRESH_SECONDS`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._measured: dict[str, _Measured] = {}

    def take(self, tx: Transaction, task_type: TaskType, wanted: int) -> int:
        """Reserve room for up to ``wanted`` tasks; 0 where others wait already."""
        at = tx.now.timestamp()
        with self._lock:
            measured = self._measured.get(task_type.queue)
        if measured is None or not 0 <= at - measured.at < FRESH_SECONDS:
            measured = _Measured(at, _measure(tx, task_type))
        with self._lock:
            self._measured[task_type.queue] = measured
            taken = min(wanted, max(0, measured.room))
            measured.room -= taken
        return taken


def _measure(tx: Transaction, task_type: TaskType) -> int:
    if has_backlog(tx, task_type.queue):
        return 0
    return most_queued(task_type) - queued_now(tx, task_type.queue)
