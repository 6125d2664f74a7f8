"""Reading a stream of events as a client does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True)
class Told:
    """One event."""

    id: int
    name: str
    data: dict[str, Any]

    @property
    def step(self) -> tuple[str, str]:
        """The task and what became of it."""
        return self.data["taskId"], self.data["step"]


@dataclass
class Reading:
    """A stream that is read; ``told`` are its events so far."""

    body: Iterable[bytes]
    told: list[Told] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._pieces: Iterator[bytes] = iter(self.body)

    def until(self, count: int) -> list[Told]:
        """Its first ``count`` events, waited for."""
        while len(self.told) < count:
            self._take(next(self._pieces))
        return self.told[:count]

    def rest(self) -> list[Told]:
        """All its events, waited for until it ends."""
        for piece in self._pieces:
            self._take(piece)
        return self.told

    def close(self) -> None:
        """Go away."""
        self.body.close()  # type: ignore[attr-defined]

    def _take(self, piece: bytes) -> None:
        said: dict[str, str] = {}
        for line in piece.decode().split("\n"):
            name, _, value = line.partition(":")
            if not line and said.keys() >= {"id", "event", "data"}:
                data = orjson.loads(said["data"])
                self.told.append(Told(int(said["id"]), said["event"], data))
                said = {}
            elif line and not name:
                self.comments.append(value.strip())
            else:
                said[name] = value.strip()
