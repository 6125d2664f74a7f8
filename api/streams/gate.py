"""Ordinary requests have threads of their own number, whatever is kept for streams."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EVENTS_PATH = "/api/v1/events"


class Gate:
    """Lets so many ordinary requests through at once; streams have seats instead.

    The server has threads for both. Were they one number, open streams would keep out ordinary
    requests, or a flood of these would run on hundreds of threads, slower for everybody.
    """

    def __init__(self, app: WSGIApplication, threads: int) -> None:
        self._app = app
        self._free = threading.Semaphore(threads)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] == EVENTS_PATH:
            return self._app(environ, start)
        self._free.acquire()
        try:
            return _Body(self._app(environ, start), self._free.release)
        except BaseException:
            self._free.release()
            raise


class _Body:
    """A body, and what is to be done when it was sent."""

    __slots__ = ("_inner", "_sent")

    def __init__(self, inner: Iterable[bytes], sent: Callable[[], None]) -> None:
        self._inner = inner
        self._sent = sent

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._inner)

    def close(self) -> None:
        """The server has sent it, or has given up."""
        try:
            close = getattr(self._inner, "close", None)
            if close is not None:
                close()
        finally:
            self._sent()
