"""Hand out what is due, tenants in turn, while the queues have room."""

from __future__ import annotations

import logging

from shared.clock import Clock, SystemClock
from shared.errors import Unavailable
from shared.tasks import backlog, dispatch
from shared.tasks.room import Rooms
from shared.yard import Yard

log = logging.getLogger(__name__)
REST_SECONDS = 0.25
"""How long a queue is left alone when none of its tasks may go and all need mutexes, or are what
servers do as well: what they wait for takes longer, and looking costs more than elsewhere."""


class ReleaseDue:
    """Remembers how fast each queue is emptied, who was served last, and which queues rest."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._rooms: Rooms | None = None
        self._rests_until: dict[str, float] = {}

    def __call__(self, yard: Yard) -> int:
        """Wake the tasks whose time has come, then fill every queue that has a backlog."""
        with yard.store.read() as tx:
            is_anything_due = backlog.is_waking_due(tx)
            queues = backlog.busy_queues(tx)
        if is_anything_due:
            yard.store.transact(backlog.wake)
            with yard.store.read() as tx:
                queues = backlog.busy_queues(tx)
        rooms = self._rooms = self._rooms or Rooms(yard.settings.queue_seconds)
        return sum(self._fill(yard, queue, rooms) for queue in queues)

    def _fill(self, yard: Yard, queue: str, rooms: Rooms) -> int:
        """Fill one queue, unless it rests."""
        now = self._clock.monotonic()
        if now < self._rests_until.get(queue, now):
            return 0
        released = _release(yard, queue, rooms)
        if not released and _may_rest(yard, queue):
            self._rests_until[queue] = now + REST_SECONDS
        return released


def _release(yard: Yard, queue: str, rooms: Rooms) -> int:
    """Fill one queue; whatever is wrong with it does not hold up the others."""
    try:
        return dispatch.release(yard, queue, rooms)
    except Unavailable:
        raise
    except Exception:
        log.exception("the queue %s is not filled", queue)
        return 0


def _may_rest(yard: Yard, queue: str) -> bool:
    """Whether what the tasks of a queue wait for is more than room."""
    kinds = [kind for kind in yard.registry.types.values() if kind.queue == queue]
    return all(kind.mutexes is not None or kind.service is not None for kind in kinds)
