"""No child is forked while another thread of its parent uses the store.

SQLite keeps its locks in the process's memory: a child forked in the middle of a transaction
inherits locks that nobody ever gives back, and finds the database locked for as long as it lives.
The same goes for a connection that is merely open. So whoever uses the store in the parent does it
within a `Forks` block, and leaves no connection open behind it.
"""

from __future__ import annotations

import os
import threading
from types import TracebackType

LONGEST_WAIT_SECONDS = 15.0
"""A fork waits no longer than this: a store that hangs must not stop a worker for good."""


class Forks:
    """A lock that every fork of this process takes, too; make it once and in the parent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_held = False
        os.register_at_fork(
            before=self._before, after_in_parent=self._after, after_in_child=self._after
        )

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._lock.release()

    def _before(self) -> None:
        self._is_held = self._lock.acquire(timeout=LONGEST_WAIT_SECONDS)

    def _after(self) -> None:
        if self._is_held:
            self._lock.release()
