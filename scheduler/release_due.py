"""Hand out what is due, tenants in turn, while the queues have room."""

from __future__ import annotations

import logging

from shared.errors import Unavailable
from shared.tasks import backlog, dispatch
from shared.tasks.room import Rooms
from shared.yard import Yard

log = logging.getLogger(__name__)


class ReleaseDue:
    """Remembers how fast each queue is emptied, and who was served last."""

    def __init__(self) -> None:
        self._rooms: Rooms | None = None

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
        return sum(_release(yard, queue, rooms) for queue in queues)


def _release(yard: Yard, queue: str, rooms: Rooms) -> int:
    """Fill one queue; whatever is wrong with it does not hold up the others."""
    try:
        return dispatch.release(yard, queue, rooms)
    except Unavailable:
        raise
    except Exception:
        log.exception("the queue %s is not filled", queue)
        return 0
