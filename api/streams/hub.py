"""The hub: one thread that follows the log of events for every stream of the process.

It lives only while somebody listens. Streams that want the same are sent the same bytes, written
once. The more streams there are to be woken, the longer it collects: so their number costs the
process no more than a bounded share of its time.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence

from api.streams.listener import Listener
from api.streams.wanted import Beginning, Wanted
from shared.db import Store, Transaction
from shared.errors import Unavailable
from shared.tasks.event_log import Event, Horizon, newest_number, read_events

log = logging.getLogger(__name__)
LOOK_EVERY_SECONDS = 0.1
WAKE_SECONDS = 0.0008
"""How much longer the hub collects for each stream that it has just woken."""
STORE_AWAY_SECONDS = 1.0
MOST_AT_ONCE = 1_000
"""Events that are read in one query."""
Write = Callable[[Event], bytes]


class Hub:
    """Tells listeners of events as soon as the log is complete up to them."""

    def __init__(self, store: Store, write: Write, *, every: float = LOOK_EVERY_SECONDS) -> None:
        self._store = store
        self._write = write
        self._every = every
        self._lock = threading.Condition(threading.Lock())
        self._listeners: defaultdict[Wanted, set[Listener]] = defaultdict(set)
        self._guests = 0
        self._is_followed = False
        self._follower: threading.Thread | None = None
        self._closing = threading.Event()
        self.number: int | None = None
        """Up to which event listeners were told; None while it is not known how far the log is."""

    @property
    def is_closing(self) -> bool:
        """Whether the process is about to stop."""
        return self._closing.is_set()

    def attend(self) -> None:
        """Have the log followed from now on, until as many have left."""
        with self._lock:
            if not self._is_followed and not self._closing.is_set():
                follower = threading.Thread(target=self._follow, name="event-hub", daemon=True)
                follower.start()  # where that fails, nothing has changed
                self.number, self._is_followed, self._follower = None, True, follower
            self._guests += 1

    def leave(self) -> None:
        """Undo one `attend`."""
        with self._lock:
            self._guests -= 1

    def await_number(self, seconds: float) -> int | None:
        """How far listeners were told, waited for where it is not known."""
        with self._lock:
            self._lock.wait_for(lambda: self.number is not None or self.is_closing, seconds)
            return self.number

    def join(self, listener: Listener, told: int) -> bool:
        """Tell ``listener`` from now on, if nobody was told more than it: up to ``told``."""
        with self._lock:
            if self.number is None or told < self.number:
                return False
            if self._closing.is_set():
                listener.end()
            if listener.beginning.number <= self.number:
                listener.forget_late()
            self._listeners[listener.wanted].add(listener)
            return True

    def part(self, listener: Listener) -> None:
        """Tell ``listener`` no more."""
        with self._lock:
            alike = self._listeners.get(listener.wanted)
            if alike is not None:
                alike.discard(listener)
                if not alike:
                    del self._listeners[listener.wanted]

    def told_to(self, listener: Listener) -> int | None:
        """Up to which event ``listener`` has taken everything; None where something waits."""
        with self._lock:
            return self.number if listener.is_idle else None

    def poke(self) -> None:
        """Have every stream give a sign of life."""
        for listener in self._everybody():
            listener.poke()

    def close(self) -> None:
        """End every stream: the process is about to stop."""
        with self._lock:
            self._closing.set()
            self._lock.notify_all()
        for listener in self._everybody():
            listener.end()

    def await_end(self, seconds: float = STORE_AWAY_SECONDS) -> None:
        """Wait until the store is not asked any more, after `close`."""
        if self._follower is not None:
            self._follower.join(seconds)

    def _everybody(self) -> list[Listener]:
        with self._lock:
            return [listener for alike in self._listeners.values() for listener in alike]

    def _follow(self) -> None:
        """Look at the log until nobody listens."""
        horizon, woken = Horizon(), 0
        while not self._closing.wait(self._pause_seconds(woken)):
            with self._lock:
                if not self._guests:
                    self._is_followed = False
                    return
            try:
                with self._store.read() as tx:
                    woken = self._look(tx, horizon)
            except Unavailable:
                self._closing.wait(STORE_AWAY_SECONDS)
            except Exception:
                log.exception("following the log of events failed")
                self._closing.wait(STORE_AWAY_SECONDS)

    def _pause_seconds(self, woken: int) -> float:
        if self.number is None:
            return self._every / 10
        return max(self._every, woken * WAKE_SECONDS)

    def _look(self, tx: Transaction, horizon: Horizon) -> int:
        """Tell what is new; how many listeners were told."""
        upto = horizon.advance(tx)
        if self.number is None:
            if upto or not newest_number(tx):
                self._pass(upto)
            return 0
        if upto < self.number:
            self._set_back(upto)
        woken = 0
        while self.number < upto and not self._closing.is_set():
            events = read_events(tx, self.number, upto, MOST_AT_ONCE)
            reached = events[-1].number if len(events) == MOST_AT_ONCE else upto
            woken += self._tell(events, reached)
        return woken

    def _pass(self, number: int) -> None:
        with self._lock:
            self.number = number
            self._lock.notify_all()

    def _set_back(self, number: int) -> None:
        """The store is in an earlier state: what comes under numbers that were told is new."""
        with self._lock:
            self.number = number
            for alike in self._listeners.values():
                for listener in alike:
                    if listener.beginning.number > number:
                        listener.beginning = Beginning(number)

    def _tell(self, events: Sequence[Event], reached: int) -> int:
        by_account: defaultdict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_account[event.account_id].append(event)
        frames: dict[int, bytes] = {}
        woken = 0
        with self._lock:
            for wanted, listeners in self._listeners.items():
                some = [event for event in by_account[wanted.account_id] if wanted.takes(event)]
                if some:
                    woken += self._send(some, listeners, frames)
            self.number = reached
        return woken

    def _send(
        self, events: Sequence[Event], listeners: set[Listener], frames: dict[int, bytes]
    ) -> int:
        for event in events:
            if event.number not in frames:
                frames[event.number] = self._write(event)
        together = b"".join(frames[event.number] for event in events)
        woken = 0
        for listener in listeners:
            own = together
            if events[0].number <= listener.beginning.number:
                take = listener.beginning.takes
                own = b"".join(frames[event.number] for event in events if take(event))
            else:
                listener.forget_late()
            if own:
                listener.put(own)
                woken += 1
        return woken
