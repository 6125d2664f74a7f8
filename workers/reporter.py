"""Finished tasks are reported in groups, none later than a tenth of a second."""

from __future__ import annotations

import logging
import threading
from collections import deque
from contextlib import suppress
from types import TracebackType

from shared.patience import patiently
from shared.tasks import dispatch
from shared.tasks.outcome import Outcome
from shared.yard import Yard

log = logging.getLogger(__name__)
FLUSH_SECONDS = 0.1
PATIENCE_SECONDS = 600.0
"""How long a finished result waits for a store that does not answer before it is given up."""


class Reporter:
    """Collects a batch's outcomes; a thread of its own writes them while the next task runs."""

    def __init__(self, yard: Yard, holder: str, *, alone: bool) -> None:
        self._yard = yard
        self._holder = holder
        self._finished: deque[Outcome] = deque()
        self._over = threading.Event()
        self._flusher = None if alone else threading.Thread(target=self._flush_often, daemon=True)

    def __enter__(self) -> Reporter:
        if self._flusher:
            self._flusher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._flusher:
            self._flusher.join()
        self._flush()

    def add(self, outcome: Outcome) -> None:
        """Have ``outcome`` reported soon."""
        self._finished.append(outcome)

    def _flush_often(self) -> None:
        while not self._over.wait(FLUSH_SECONDS):
            with suppress(MemoryError):  # the task that runs has it all: later there is some
                self._flush()

    def _flush(self) -> None:
        group = [self._finished.popleft() for _ in range(len(self._finished))]
        if not group:
            return
        try:
            moved = patiently(
                lambda: dispatch.report(self._yard, group, self._holder), PATIENCE_SECONDS
            )
        except MemoryError:
            self._finished.extendleft(reversed(group))
            raise
        for outcome in group:
            if outcome.task.id not in moved:
                log.warning(
                    "a report came too late and changed nothing: task %s attempt %d",
                    outcome.task.id,
                    outcome.task.attempt,
                )
