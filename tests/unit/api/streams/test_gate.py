"""Ordinary requests and streams do not take each other's threads."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from api.streams.gate import Gate, leave_gate
from tests.servers import eventually


class Slow:
    """An application whose bodies end when they are told to."""

    def __init__(self) -> None:
        self.inside = 0
        self.closed = 0

    def __call__(self, environ: Any, _start: Any) -> Iterable[bytes]:
        self.inside += 1
        if environ["PATH_INFO"].endswith("/stream"):
            leave_gate(environ)
        return self

    def __iter__(self) -> Iterator[bytes]:
        yield b"x"

    def close(self) -> None:
        self.closed += 1


def ask(gate: Gate, path: str) -> Any:
    """The body of an answer."""
    return gate({"PATH_INFO": path}, lambda *_: lambda _: None)


def test_one_too_many_waits_until_an_answer_was_sent_and_streams_do_not() -> None:
    app = Slow()
    gate = Gate(app, 1)
    streams = [ask(gate, path) for path in ("/stream", "//stream", "/stream")]
    first = ask(gate, "/")
    second = threading.Thread(target=ask, args=(gate, "/"))
    second.start()
    assert (app.inside, len(streams)) == (4, 3)

    for stream in streams:
        stream.close()
    assert (app.inside, app.closed) == (4, 3), "streams that end make no room for others"

    assert list(first) == [b"x"]
    first.close()
    eventually(lambda: app.inside == 5)
    second.join()
    assert app.closed == 4


def test_what_gets_no_seat_is_an_ordinary_request() -> None:
    app = Slow()
    gate = Gate(app, 1)
    waiting = ask(gate, "/")
    second = threading.Thread(target=ask, args=(gate, "/stream"))
    second.start()
    second.join(0.05)
    assert app.inside == 1
    waiting.close()
    eventually(lambda: app.inside == 2)
    second.join()


def test_an_answer_that_is_closed_twice_makes_room_once() -> None:
    app = Slow()
    gate = Gate(app, 1)
    first = ask(gate, "/")
    first.close()
    first.close()
    held = ask(gate, "/")
    second = threading.Thread(target=ask, args=(gate, "/"))
    second.start()
    second.join(0.05)
    assert app.inside == 2
    held.close()
    second.join()


def test_a_failure_makes_room() -> None:
    def fail(_environ: Any, _start: Any) -> Iterable[bytes]:
        raise KeyError

    gate = Gate(fail, 1)
    for _ in range(3):
        with pytest.raises(KeyError):
            ask(gate, "/")
