"""Waiting that a signal may end. An Event won't do: its lock is not reentrant, so a handler that
interrupts the waiting thread inside it waits for itself; `SimpleQueue.put` is made for this.
"""

from __future__ import annotations

from queue import Empty, SimpleQueue


class Wakeup:
    """A bell that may be rung from a signal handler."""

    def __init__(self) -> None:
        self._rung: SimpleQueue[None] = SimpleQueue()

    def ring(self) -> None:
        """End the wait that is on, or else the next one."""
        self._rung.put(None)

    def wait(self, seconds: float) -> None:
        """Return when rung, after ``seconds`` at the latest."""
        try:
            self._rung.get(timeout=max(0.0, seconds))
            while True:
                self._rung.get_nowait()
        except Empty:
            return


class Stop:
    """A request to stop that may come from a signal handler."""

    def __init__(self) -> None:
        self._wakeup = Wakeup()
        self._is_set = False

    def set(self) -> None:
        """Ask to stop."""
        self._is_set = True
        self._wakeup.ring()

    def is_set(self) -> bool:
        """Whether somebody asked."""
        return self._is_set

    def wait(self, seconds: float) -> None:
        """Return when asked to stop, after ``seconds`` at the latest."""
        if not self._is_set:
            self._wakeup.wait(seconds)
