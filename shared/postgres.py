"""Sessions with PostgreSQL: what they are told at the start, how long they wait for answers."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg

T = TypeVar("T")
CONNECTION: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c timezone=UTC -c lock_timeout=5s -c statement_timeout=60s"
    " -c idle_in_transaction_session_timeout=15s -c plan_cache_mode=force_custom_plan",
}
"""A stopped process or a host that vanished must not hold everybody's rows for longer than a
lease; nobody waits for a lock for longer than a caller would."""


class NoAnswer(psycopg.OperationalError):
    """The server did not answer in time."""

    is_overdue = True


class PunctualConnection(psycopg.Connection[Any]):
    """A connection that is given up when the server does not answer in time.

    A server that is frozen keeps its connections, and its kernel acknowledges what is sent: no
    time limit of its own and none of TCP's ends the waiting.
    """

    answer_seconds = float("inf")

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **kwargs: Any) -> T:
        """Go on with ``gen`` as the server answers."""
        return super().wait(self._in_time(gen), *args, **kwargs)

    def _in_time(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """``gen``; it is told several times a second that there is nothing yet."""
        end = time.monotonic() + self.answer_seconds
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > end:
                    self.pgconn.finish()
                    raise NoAnswer(f"no answer from the server within {self.answer_seconds:g} s")
                wanted = gen.send(ready)
        except StopIteration as answer:
            return answer.value  # type: ignore[no-any-return]


def connect(answer_seconds: float, *args: Any, **kwargs: Any) -> PunctualConnection:
    """A connection that waits so long for an answer."""
    connection = PunctualConnection.connect(*args, **{**kwargs, **CONNECTION})
    connection.answer_seconds = answer_seconds
    return connection
