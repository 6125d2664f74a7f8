"""What goes through the broker: task ids, packed so that small tasks share a message. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.ids import is_id


class Sendable(Protocol):
    """What a message needs to know of a task's row."""

    id: Any
    type: Any
    queue: Any
    solo: Any
    express: Any


@dataclass(frozen=True, slots=True)
class Message:
    """Ids of queued tasks of one type; never anything else.

    An ``express`` message is taken before those that are not.
    """

    type: str
    queue: str
    ids: tuple[str, ...]
    express: bool = False

    @property
    def id(self) -> str | None:
        """The task's own id where the message has just one, so that every tool names it alike."""
        return self.ids[0] if len(self.ids) == 1 else None


def ids_in(argument: object) -> tuple[str, ...]:
    """The task ids in a message's argument; whatever else somebody put there is left out."""
    if not isinstance(argument, list | tuple):
        return ()
    return tuple(item for item in argument if isinstance(item, str) and is_id(item))


def pack(rows: Iterable[Sendable], batch_sizes: dict[str, int]) -> list[Message]:
    """Messages for ``rows``, in order: up to the type's batch size each, solo ones alone."""
    messages: list[Message] = []
    open_batches: dict[tuple[str, str, bool], list[str]] = {}
    for row in rows:
        key = (row.type, row.queue, row.express)
        batch = open_batches.setdefault(key, []) if not row.solo else []
        batch.append(row.id)
        if row.solo or len(batch) >= batch_sizes.get(row.type, 1):
            messages.append(_message(key, batch))
            if not row.solo:
                del open_batches[key]
    return messages + [_message(key, batch) for key, batch in open_batches.items()]


def _message(key: tuple[str, str, bool], ids: Sequence[str]) -> Message:
    name, queue, express = key
    return Message(name, queue, tuple(ids), express)
