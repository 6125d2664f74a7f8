"""All open streams of a gateway process, and what they share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from api.streams.hub import Hub
from api.streams.past import Past
from api.streams.seats import StreamSeats
from api.streams.stream import Stream
from api.streams.wanted import Wanted
from shared.db import Store
from shared.errors import Unavailable
from shared.tasks.event_log import Event


class Streams:
    """Opens streams; ``write`` puts an event into the words of whoever reads it."""

    def __init__(self, store: Store, seats: int, write: Callable[[Event], bytes]) -> None:
        self._write = write
        self.hub = Hub(store, write)
        self.past = Past(store)
        self.seats = StreamSeats(seats, self.hub.poke)

    def open(
        self, wanted: Wanted, resume_after: int | None, is_welcome: Callable[[], bool]
    ) -> Stream:
        """A stream that begins after an event, or now; to be closed, whatever happens.

        Raises `Rejected` where no seat is free for the account.
        """

        def is_let_in() -> bool:
            with suppress(Unavailable):
                return is_welcome()
            return True

        leave = partial(self.seats.leave, wanted.account_id)
        self.seats.take(wanted.account_id)
        try:
            return Stream(
                self.hub,
                self.past,
                wanted,
                self.past.beginning(resume_after),
                write=self._write,
                is_welcome=is_let_in,
                on_close=leave,
            )
        except BaseException:
            leave()
            raise

    def end_all(self) -> None:
        """End every stream: the process is about to stop."""
        self.hub.close()

    def close(self) -> None:
        """End every stream, and see the hub's thread end."""
        self.end_all()
        self.hub.await_end()
