"""One open stream: first what was missed, then what happens, as pieces of a response's body."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic

from api.streams import frames
from api.streams.hub import Hub
from api.streams.listener import Listener
from api.streams.past import Past
from api.streams.wanted import Beginning, Wanted
from shared.errors import Unavailable
from shared.tasks.event_log import Event

HEARTBEAT_SECONDS = 15.0


class Stream:
    """A body that ends when its credential does, when the process stops, or when it is slow.

    ``is_welcome`` is asked at every heartbeat. `close` is to be called, whatever happens.
    """

    def __init__(
        self,
        hub: Hub,
        past: Past,
        wanted: Wanted,
        beginning: Beginning,
        *,
        write: Callable[[Event], bytes],
        is_welcome: Callable[[], bool],
        on_close: Callable[[], None],
        every: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._hub = hub
        self._past = past
        self._listener = Listener(wanted, beginning)
        self._write = write
        self._is_welcome = is_welcome
        self._on_close = on_close
        self._every = every
        self._is_closed = False
        self._pieces = self._told()
        hub.attend()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        """Give back what it holds; once, however often it is called."""
        if not self._is_closed:
            self._is_closed = True
            self._hub.part(self._listener)
            self._hub.leave()
            self._on_close()

    def _told(self) -> Iterator[bytes]:
        yield self._opening()
        with suppress(Unavailable):
            yield from self._missed()
            yield from self._news()

    def _opening(self) -> bytes:
        beginning = self._listener.beginning
        return frames.opening(None if beginning.late else beginning.number)

    def _news(self) -> Iterator[bytes]:
        """What happens from now on."""
        check_at = monotonic() + self._every
        while (piece := self._listener.take(self._every)) is not None:
            if monotonic() >= check_at:
                if not self._is_welcome():
                    return
                check_at = monotonic() + self._every
            yield piece or frames.sign_of_life(self._hub.told_to(self._listener))

    def _missed(self) -> Iterator[bytes]:
        """What happened between the beginning and now; at its end the listener has joined."""
        beginning, wanted = self._listener.beginning, self._listener.wanted
        told = beginning.read_after
        while not self._hub.join(self._listener, told):
            upto = self._hub.await_number(self._every)
            if self._hub.is_closing or not self._is_welcome():
                self._listener.end()
                return
            if upto is None:
                yield frames.sign_of_life(None)
                continue
            events, told = self._past.read(wanted, told, upto)
            some = [self._write(event) for event in events if beginning.takes(event)]
            yield b"".join(some) or frames.sign_of_life(None if beginning.late else told)
