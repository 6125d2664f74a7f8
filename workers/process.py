"""What one worker process has: its yard, opened after the fork, and its name as a holder."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from shared.settings import Settings
from shared.yard import Yard, open_yard


@dataclass(slots=True)
class Worker:
    """A Celery worker as the yard knows it; parent and pool children share one holder name."""

    settings: Settings
    name: str = "worker"
    incarnation: str = field(default_factory=lambda: uuid4().hex[:8])
    _yard: Yard | None = None
    _pid: int = 0

    @property
    def holder(self) -> str:
        """Who holds what this worker runs: its name and which of its lives this is."""
        return f"{self.name}/{self.incarnation}"

    def now(self) -> datetime:
        """The store's time, as this process last measured it; never waits for the store."""
        yard = self._yard if self._pid == os.getpid() else None
        return yard.store.now() if yard else datetime.now(UTC)

    @property
    def yard(self) -> Yard:
        """This process's own yard: connections do not survive a fork."""
        if self._yard is None or self._pid != os.getpid():
            self._yard, self._pid = open_yard(self.settings, pool_size=2), os.getpid()
        return self._yard
