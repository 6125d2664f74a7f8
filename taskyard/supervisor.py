"""Keeps the processes of a yard running, and stops them in order."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from types import FrameType

from shared.wakeup import Wakeup
from taskyard.child import Child
from taskyard.log_prefix import LogStream

log = logging.getLogger(__name__)
Lost = Callable[[Child], None]
BEAT_SECONDS = 0.1
"""How often children are looked at where no signal says so earlier."""
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Watches children from the main thread; each death is told to ``lost`` before the restart."""

    def __init__(self, stream: LogStream, lost: Lost, changed: Callable[[], None]) -> None:
        self.children: list[Child] = []
        self._log = stream
        self._lost = lost
        self._changed = changed
        self._woken = Wakeup()
        self._stops_asked = 0

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stops_asked > 0

    def listen_to_signals(self) -> None:
        """From now on SIGINT, SIGTERM and SIGHUP stop the yard; the second one at once."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: self._woken.ring())

    def start(self, children: Iterable[Child]) -> None:
        """Start ``children`` and look after them from now on."""
        for child in children:
            self.children.append(child)
            child.start()
        self._changed()

    def watch(self, until: Callable[[], bool] | None = None) -> bool:
        """Keep everything running until ``until`` is true, or until asked to stop; which it was."""
        while not self.is_stopping:
            self._look_after()
            if until and until():
                return True
            self._woken.wait(BEAT_SECONDS)
        return False

    def stop(self) -> None:
        """Stop in order of rank, those of one rank together; a second request ends all at once."""
        if self.is_stopping:
            self._log.write("yard", "stopping; a second signal ends everything at once")
        by_rank = sorted(self.children, key=lambda child: child.process.rank)
        for _, rank in groupby(by_rank, key=lambda child: child.process.rank):
            self._stop_together(list(rank))
        for child in self.children:
            child.close()

    def _look_after(self) -> None:
        for child in self.children:
            if child.listen():
                self._changed()
            code = child.reap()
            if code is not None:
                self._log.write("yard", f"{child.name} {_ended(code)} and will be started again")
                self._lost(child)
                self._changed()
            if child.revive():
                self._log.write("yard", f"{child.name} is started again (pid {child.pid})")
                self._changed()

    def _stop_together(self, children: Sequence[Child]) -> None:
        for child in children:
            child.ask_to_stop()
        start = time.monotonic()
        while alive := [child for child in children if child.pid and child.reap() is None]:
            waited = time.monotonic() - start
            for child in alive:
                if self._stops_asked > 1 or waited > child.process.stop_seconds:
                    self._log.write("yard", f"{child.name} is ended at once")
                    child.end()
                    self._lost(child)
            self._woken.wait(BEAT_SECONDS)

    def _ask_to_stop(self, number: int, _frame: FrameType | None) -> None:
        self._stops_asked += 1
        self._woken.ring()


def _ended(code: int) -> str:
    if code < 0:
        return f"was killed ({signal.Signals(-code).name})"
    return f"ended with exit code {code}"
