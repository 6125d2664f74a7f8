"""Ordinary requests have threads of their own number, whatever is kept for streams."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "taskyard.leave_gate"


class Gate:
    """Lets so many requests through at once; one that has become a stream is no longer counted.

    The server has threads for both. Were they one number, open streams would keep out ordinary
    requests, or a flood of these would run on hundreds of threads, slower for everybody. What asks
    for a stream is counted until it has a seat, for it may never get one.
    """

    def __init__(self, app: WSGIApplication, threads: int) -> None:
        self._app = app
        self._free = threading.Semaphore(threads)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        self._free.acquire()
        leave = environ[KEY] = _once(self._free.release)
        try:
            return _Body(self._app(environ, start), leave)
        except BaseException:
            leave()
            raise


def leave_gate(environ: Mapping[str, Any]) -> None:
    """Let another request in: this one is a stream, and has a seat."""
    leave: Callable[[], None] | None = environ.get(KEY)
    if leave is not None:
        leave()


def _once(act: Callable[[], object]) -> Callable[[], None]:
    """``act``, done at the first call alone, by whatever thread."""
    left = [act]

    def do() -> None:
        with suppress(IndexError):
            left.pop()()

    return do


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
