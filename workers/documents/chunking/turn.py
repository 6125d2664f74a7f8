"""Long work gives way: documents that are to be read must not wait for hours behind one folder."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import select

from shared.errors import GiveWay
from shared.tasks.task import AT_BROKER, tasks
from shared.tasks.task_type import Context

POOL = "documents"
TURN_SECONDS = 15.0
"""So long it works before it looks whether others wait; what it did is stored by then."""
WAITED = timedelta(seconds=1)
"""What was handed out a shorter while ago may find another process that is free."""


class Turn:
    """One attempt's turn at its process."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._begun = time.monotonic()

    def end_if_others_wait(self) -> None:
        """Raise `GiveWay` where the turn is over and a task of the same pool waits to be started.

        Where nobody waits another turn begins.
        """
        if time.monotonic() - self._begun < TURN_SECONDS:
            return
        if self._do_others_wait():
            raise GiveWay("Others wait for this process.")
        self._begun = time.monotonic()

    def _do_others_wait(self) -> bool:
        yard = self._context.yard
        queues = sorted({kind.queue for kind in yard.registry.pool(POOL)})
        with yard.store.read() as tx:
            waiting = select(tasks.c.id).where(
                AT_BROKER,
                tasks.c.queue.in_(queues),
                tasks.c.queued_at < tx.now - WAITED,
            )
            return tx.first(waiting.limit(1)) is not None
