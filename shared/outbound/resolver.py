"""Names to addresses, by the system, within a time limit."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Thread

Resolver = Callable[[str], Sequence[str]]
"""The addresses of a name, the best first; `OSError` where there are none."""
LOOK_UP_SECONDS = 10.0


def system_resolver(name: str) -> Sequence[str]:
    """What the system says; it may take minutes where a name server is silent."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def look_up(resolver: Resolver, name: str, seconds: float) -> Sequence[str]:
    """``resolver(name)``, or `TimeoutError`; the question then goes on in a thread of its own."""
    answer: Future[Sequence[str]] = Future()

    def ask() -> None:
        try:
            answer.set_result(resolver(name))
        except Exception as error:
            answer.set_exception(error)

    Thread(target=ask, name="look-up", daemon=True).start()
    return answer.result(seconds)
