"""What is committed and not yet sent: one thread publishes it, in messages as full as can be.

A message costs a worker about the same whether it carries one id or a hundred. While messages of
a queue still wait for a worker, the next would only join them, so it is held back until they are
taken, and grows meanwhile: a worker that falls behind gets fuller messages and catches up.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Sequence
from queue import Empty, SimpleQueue

from shared.tasks import dispatch
from shared.tasks.messages import Sendable
from shared.yard import Yard

log = logging.getLogger(__name__)
MESSAGES_WAITING = 1
"""With so many messages ahead, no worker is idle before the next one comes."""
ENOUGH = 100
"""So many tasks of a queue make messages that are worth sending as they are."""
LOOK_SECONDS = 0.01
LONGEST_SECONDS = 0.2
"""Nobody is held back for longer."""


class Outbox:
    """Sends from a thread of its own; a caller's answer does not depend on it."""

    def __init__(self, yard: Yard) -> None:
        self._yard = yard
        self._arrived: SimpleQueue[Sequence[Sendable] | None] = SimpleQueue()
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)
        self._thread.start()

    def put(self, rows: Sequence[Sendable]) -> None:
        """Have ``rows``, which are committed as queued, sent soon."""
        if rows:
            self._arrived.put(rows)

    def close(self) -> None:
        """Send what is there, then stop."""
        self._arrived.put(None)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        held: list[Sendable] = []
        held_since = 0.0
        while held or not self._is_closing:
            waited = bool(held)
            held += self._take(LOOK_SECONDS if held else None)
            held_since = held_since if waited else time.monotonic()
            is_late = self._is_closing or time.monotonic() - held_since > LONGEST_SECONDS
            held = self._send(held, frozenset() if is_late else self._backed_up(held))

    def _take(self, seconds: float | None) -> list[Sendable]:
        """What arrived, waiting up to ``seconds`` (None: as long as it takes) for the first."""
        taken: list[Sendable] = []
        try:
            rows = self._arrived.get(timeout=seconds)
            while rows is not None:
                taken.extend(rows)
                rows = self._arrived.get_nowait()
            self._is_closing = True
        except Empty:
            pass
        return taken

    def _backed_up(self, rows: Sequence[Sendable]) -> frozenset[str]:
        """The queues for which ``rows`` are few, and in which messages wait already."""
        counts = Counter(row.queue for row in rows if _may_wait(row))
        few = [queue for queue, count in counts.items() if count < ENOUGH]
        try:
            return frozenset(q for q in few if self._yard.broker.depth(q) >= MESSAGES_WAITING)
        except Exception as error:
            log.debug("the broker does not tell what waits: %s", error)
            return frozenset()

    def _send(self, rows: Sequence[Sendable], backed_up: frozenset[str]) -> list[Sendable]:
        """Publish ``rows`` but for those of queues that are ``backed_up``, which come back."""
        held = [row for row in rows if _may_wait(row) and row.queue in backed_up]
        ready = [row for row in rows if not _may_wait(row) or row.queue not in backed_up]
        try:
            dispatch.send(self._yard, ready)
        except Exception:
            log.exception("sending failed; the scheduler will send these tasks again")
        return held


def _may_wait(row: Sendable) -> bool:
    return not (row.solo or row.express)
