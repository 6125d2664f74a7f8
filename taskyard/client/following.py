"""Following an account's events over streams that break: what to ask, and what was heard. Pure.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any, TypedDict

import orjson

from taskyard.client.answer import Answer, error_of
from taskyard.client.call import Call
from taskyard.client.patience import Patience

EVENTS = "/api/v1/events"
SILENT_SECONDS = 35.0
"""The gateway says something every 15 s; who hears nothing for so long has lost it."""
RETRY_SECONDS = 2.0
POSITION = ": at "
"""How a comment begins that says up to which event everything was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A step of a task; ``number`` is what a stream goes on from, ``told`` is all that is told."""

    number: int
    task_id: str
    type: str
    status: str
    step: str
    attempt: int
    reason: str | None
    at: datetime
    told: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, number: int, told: Mapping[str, Any]) -> Event:
        """As the gateway tells it."""
        return cls(
            number=number,
            task_id=told["taskId"],
            type=told["type"],
            status=told["status"],
            step=told["step"],
            attempt=told["attempt"],
            reason=told["reason"],
            at=datetime.fromisoformat(told["at"]),
            told=told,
        )


class Wish(TypedDict, total=False):
    """Which events are wanted: each is one word or several by commas; None counts for nothing."""

    task: str | None
    type: str | None
    status: str | None


class Following:
    """Goes on from where a stream broke, until ``most`` events were told; None: without an end.

    ``after`` is the number of the event to begin after; None is now.
    """

    def __init__(self, wish: Wish, after: int | None, most: int | None, patience: Patience) -> None:
        self._query = {name: value for name, value in wish.items() if value is not None}
        self._after = after
        self._left = inf if most is None else most
        self._patience = patience
        self._retry_seconds = RETRY_SECONDS
        self._tried = 0
        self._said: dict[str, str] = {}
        self._half = b""
        self.pause_seconds = 0.0
        """How long to wait before the next call."""

    @property
    def is_over(self) -> bool:
        """Whether as many events were told as were asked for."""
        return self._left <= 0

    def call(self) -> Call:
        """The request for what is to come."""
        headers = {"Accept": "text/event-stream"}
        if self._after is not None:
            headers["Last-Event-ID"] = str(self._after)
        self._said, self._half = {}, b""
        return Call("GET", EVENTS, self._query, headers=headers, extra_seconds=SILENT_SECONDS)

    def heard(self, piece: bytes) -> Iterator[Event]:
        """The events that ``piece`` of a body ends."""
        self._tried = 0
        *lines, self._half = (self._half + piece).split(b"\n")
        for line in lines:
            if not self.is_over and (event := self._read(line.decode())) is not None:
                self._left -= 1
                yield event

    def broke(self) -> None:
        """The stream ended, or broke."""
        pause = self._retry_seconds * (1 - self._patience.chance() / 2)
        self.pause_seconds = 0.0 if self.is_over else pause

    def was_refused(self, answer: Answer) -> None:
        """No stream was opened; raises what the answer means where to ask again is no help."""
        self._tried += 1
        pause = self._patience.pause_seconds(answer, self._tried)
        if pause is None:
            raise error_of(answer)
        self.pause_seconds = pause

    def _read(self, line: str) -> Event | None:
        if line.startswith(POSITION):
            self._after = max(self._after or 0, int(line.removeprefix(POSITION)))
        if line:
            name, _, value = line.partition(":")
            self._said[name] = value.removeprefix(" ")
            return None
        said, self._said = self._said, {}
        self._retry_seconds = int(said.get("retry", 1000 * self._retry_seconds)) / 1000
        if not said.keys() >= {"id", "data"}:
            return None
        self._after = int(said["id"])
        return Event.of(self._after, orjson.loads(said["data"]))
