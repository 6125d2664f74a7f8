"""One request to the gateway, before anybody sends it, and the steps of a longer business."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, TypeVar

from taskyard.client.answer import Answer, value_of
from taskyard.client.patience import Patience

T = TypeVar("T")
KEY = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class File:
    """A file to be sent: what it is called there, and its content or where that lies.

    ``sent`` is told of the bytes of each piece as it goes; from the first again at another try.
    """

    name: str
    content: bytes | PathLike[str]
    sent: Callable[[int], None] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request; ``extra_seconds`` is how much longer than others its answer may take."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    file: File | None = None
    extra_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is to be done for so long."""

    seconds: float


Plan = Generator[Call | Pause, Any, T]
"""Calls and pauses, one after the other: whoever drives it sends each call, and gives its answer
back in; what it returns is the outcome. So the same plans serve with and without an event loop."""


def asked(call: Call, patience: Patience) -> Plan[Any]:
    """What the gateway answers to ``call``, asked again where that may help; raises its refusal."""
    tried, waited = 0, 0.0
    while True:
        answer: Answer = yield call
        running = patience.running_seconds(answer, waited)
        if running is not None:
            waited += running
            yield Pause(running)
            continue
        tried += 1
        wait = patience.pause_seconds(answer, tried)
        if wait is None:
            return value_of(answer)
        yield Pause(wait)
