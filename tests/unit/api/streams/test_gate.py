"""Ordinary requests and streams do not take each other's threads."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from api.streams.gate import EVENTS_PATH, Gate
from tests.servers import eventually


class Slow:
    """An application whose bodies end when they are told to."""

    def __init__(self) -> None:
        self.inside = 0
        self.closed = 0

    def __call__(self, _environ: Any, _start: Any) -> Iterable[bytes]:
        self.inside += 1
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
    first = ask(gate, "/")
    streams = [ask(gate, EVENTS_PATH) for _ in range(3)]
    second = threading.Thread(target=ask, args=(gate, "/"))
    second.start()
    assert (app.inside, len(streams)) == (4, 3)

    assert list(first) == [b"x"]
    first.close()
    eventually(lambda: app.inside == 5)
    second.join()
    assert app.closed == 1


def test_a_failure_makes_room() -> None:
    def fail(_environ: Any, _start: Any) -> Iterable[bytes]:
        raise KeyError

    gate = Gate(fail, 1)
    for _ in range(3):
        with pytest.raises(KeyError):
            ask(gate, "/")
