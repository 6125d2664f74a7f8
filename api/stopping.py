"""Hearing that the process is to stop, whatever HTTP server has taken the signals."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

STOPS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGQUIT})


@dataclass(frozen=True, slots=True)
class _Ear:
    """Where signal numbers arrive; ``tells`` is kept so that it stays open."""

    told: socket.socket
    tells: socket.socket
    passed_on: int
    act: Callable[[], None]

    def listen(self) -> None:
        while signals := self.told.recv(64):
            if STOPS.intersection(signals):
                self.act()
            if self.passed_on != -1:
                with suppress(OSError):
                    os.write(self.passed_on, signals)


def when_stopping(act: Callable[[], None]) -> None:
    """Call ``act`` when this process is told to stop; from the main thread only.

    The interpreter writes the number of every signal to a socket, beside calling the handler
    that the HTTP server has set: so long polls end at once, and the server need not wait for them.
    """
    told, tells = socket.socketpair()
    tells.setblocking(False)
    passed_on = signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)
    ear = _Ear(told, tells, passed_on, act)
    threading.Thread(target=ear.listen, name="stopping", daemon=True).start()
