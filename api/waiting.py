"""Long polls: callers who wait, each on a seat, of which there are fewer than threads.

Those who wait until their task is final are watched by one thread for all. It lives only while
somebody waits, and asks the store about every watched task in one query, so a thousand waiting
callers cost what one costs. Who waits for something else looks for it, again and again.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from time import monotonic
from typing import TypeVar

from shared.db import Store
from shared.errors import Unavailable
from shared.tasks import queries

T = TypeVar("T")
log = logging.getLogger(__name__)
LONGEST_SECONDS = 30.0
"""How long anybody may wait; who asks for more waits so long."""
LOOK_EVERY_SECONDS = 0.05
LOOK_AGAIN_SECONDS = 0.5
"""How often somebody looks for what no thread watches."""
STORE_AWAY_SECONDS = 1.0
"""How long the thread rests when the store does not answer."""


class WaitingRoom:
    """Seats for those who wait; who finds none is answered at once."""

    def __init__(self, store: Store, *, seats: int, every: float = LOOK_EVERY_SECONDS) -> None:
        self._store = store
        self._seats = seats
        self._every = every
        self._lock = threading.Lock()
        self._guests: defaultdict[str, set[threading.Event]] = defaultdict(set)
        self.seated = 0
        self._watched = False
        self._closing = threading.Event()

    def wait(self, task_id: str, seconds: float) -> bool:
        """Wait until the task is final, at most ``seconds``; whether it may have become final.

        Nobody waits longer than `LONGEST_SECONDS`. Returns at once when every seat is taken or
        the process is about to stop.
        """
        woken = self._sit_down(task_id)
        if woken is None:
            return False
        try:
            return woken.wait(min(seconds, LONGEST_SECONDS))
        finally:
            self._get_up(task_id, woken)

    def look_for(
        self, look: Callable[[], T], seconds: float, every: float = LOOK_AGAIN_SECONDS
    ) -> T:
        """What ``look`` answers as soon as that is something, or after ``seconds`` whatever it is.

        Looks at once, then ``every`` so many seconds. Nobody waits longer than `LONGEST_SECONDS`,
        nor at all when every seat is taken or the process is about to stop.
        """
        until = monotonic() + min(seconds, LONGEST_SECONDS)
        found = look()
        if found or seconds <= 0 or not self._take_seat():
            return found
        try:
            while not found and (left := until - monotonic()) > 0:
                if self._closing.wait(min(every, left)):
                    break
                found = look()
            return found
        finally:
            self._leave_seat()

    def close(self) -> None:
        """Wake everybody; from now on nobody waits."""
        with self._lock:
            self._closing.set()
            everybody = [woken for guests in self._guests.values() for woken in guests]
        for woken in everybody:
            woken.set()

    def _take_seat(self) -> bool:
        with self._lock:
            is_free = self.seated < self._seats and not self._closing.is_set()
            self.seated += is_free
            return is_free

    def _leave_seat(self) -> None:
        with self._lock:
            self.seated -= 1

    def _sit_down(self, task_id: str) -> threading.Event | None:
        if not self._take_seat():
            return None
        woken = threading.Event()
        with self._lock:
            if self._closing.is_set():
                woken.set()
            elif not self._watched:
                threading.Thread(target=self._watch, name="waiting-room", daemon=True).start()
                self._watched = True
            self._guests[task_id].add(woken)
        return woken

    def _get_up(self, task_id: str, woken: threading.Event) -> None:
        with self._lock:
            self._guests[task_id].discard(woken)
            if not self._guests[task_id]:
                del self._guests[task_id]
        self._leave_seat()

    def _watch(self) -> None:
        """Look after the guests until there are none."""
        while not self._closing.wait(self._every):
            with self._lock:
                watched = list(self._guests)
                if not watched:
                    self._watched = False
                    return
            self._wake(self._look(watched))

    def _look(self, task_ids: Sequence[str]) -> Collection[str]:
        """Which of the tasks are final."""
        try:
            with self._store.read() as tx:
                return queries.final_among(tx, task_ids)
        except Unavailable:
            self._closing.wait(STORE_AWAY_SECONDS)
        except Exception:
            log.exception("looking after waiting callers failed")
            self._closing.wait(STORE_AWAY_SECONDS)
        return ()

    def _wake(self, task_ids: Collection[str]) -> None:
        with self._lock:
            for task_id in task_ids:
                for woken in self._guests.get(task_id, ()):
                    woken.set()
