"""Waiting while a device does something, unless the task was asked to stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from workers.scripts.publishers.protocol import PostContext

LOOK_SECONDS = 2.0
"""How often it is looked whether the task was asked to stop."""
POLL_SECONDS = 0.25


class Patience:
    """Waits for one post; each verb raises `GiveWay` where the task was asked to stop."""

    def __init__(self, context: PostContext) -> None:
        self._context = context
        self._looked_at = time.monotonic()

    def look(self) -> None:
        """Look whether the task goes on, at most every `LOOK_SECONDS`; cheap to call often."""
        if time.monotonic() - self._looked_at >= LOOK_SECONDS:
            self._looked_at = time.monotonic()
            self._context.note()

    def until(self, condition: Callable[[], object], seconds: float) -> bool:
        """Wait until ``condition`` is true; False where it was not within ``seconds``."""
        end = time.monotonic() + seconds
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                return False
            self.look()
            time.sleep(min(left, POLL_SECONDS))
        return True

    def pass_by(self, seconds: float) -> None:
        """Let ``seconds`` go by."""
        self.until(lambda: False, seconds)
