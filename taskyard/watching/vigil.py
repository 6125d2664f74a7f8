"""Looking again and again, until there is nothing left to see or somebody has seen enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from taskyard.client import Client
from taskyard.watching.look import Look, look


@dataclass(frozen=True, slots=True)
class Vigil:
    """Looks every ``every_seconds`` at ``newest`` tasks and all counts."""

    client: Client
    every_seconds: float
    newest: int
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep

    def looks(self, *, is_once: bool, until_idle: bool) -> Iterator[tuple[Look, Look | None]]:
        """Each look with the one before: one alone, or until nothing is left to do, or for ever."""
        before: Look | None = None
        while True:
            now = look(self.client, self.newest, self.clock)
            yield now, before
            if now.is_idle if until_idle else is_once:
                return
            before = now
            self.pause(self.every_seconds)
