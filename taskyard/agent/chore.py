"""Something that an agent does again and again, in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from shared.errors import Refused, Unavailable
from shared.wakeup import Wakeup
from taskyard.agent.backoff import Backoff

log = logging.getLogger(__name__)


class Chore:
    """Does ``work`` every so many seconds, sooner where it is rung, later while it is in vain.

    What the gateway refuses altogether ends it, and is handed to ``refused``.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], object],
        every_seconds: float,
        refused: Callable[[Refused], object],
    ) -> None:
        self._work, self._every_seconds, self._refused = work, every_seconds, refused
        self._bell, self._over, self._backoff = Wakeup(), Event(), Backoff()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin: the first time is now."""
        self._thread.start()

    def ring(self) -> None:
        """There is something to do; while the gateway does not answer, that has to wait."""
        self._bell.ring()

    def every(self, seconds: float) -> None:
        """Do it so often from now on."""
        if seconds != self._every_seconds:
            self._every_seconds = seconds
            self._bell.ring()

    def end(self, seconds: float) -> None:
        """Stop it, and wait until it has, for up to ``seconds``."""
        self._over.set()
        self._bell.ring()
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._work()
            except Unavailable as error:
                wait = self._backoff.next_seconds()
                log.warning("%s Trying again in %.1f s.", error, wait)
                self._over.wait(wait)
            except Refused as error:
                self._refused(error)
                return
            else:
                self._backoff.reset()
                self._bell.wait(self._every_seconds)
