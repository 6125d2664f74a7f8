"""What goes through the broker: task ids, packed so that small tasks share a message. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.ids import is_id


class Sendable(Protocol):
    """What a message needs to know of a task."""

    id: Any
    type: Any
    queue: Any
    solo: Any


@dataclass(frozen=True, slots=True)
class Message:
    """Ids of queued tasks of one type; never anything else."""

    type: str
    queue: str
    ids: tuple[str, ...]

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
    open_batches: dict[str, list[str]] = {}
    queues: dict[str, str] = {}
    for row in rows:
        if row.solo:
            messages.append(Message(row.type, row.queue, (row.id,)))
            continue
        queues[row.type] = row.queue
        batch = open_batches.setdefault(row.type, [])
        batch.append(row.id)
        if len(batch) >= batch_sizes.get(row.type, 1):
            messages.append(_message(row.type, row.queue, open_batches.pop(row.type)))
    rest = [_message(name, queues[name], ids) for name, ids in open_batches.items()]
    return messages + rest


def _message(name: str, queue: str, ids: Sequence[str]) -> Message:
    return Message(name, queue, tuple(ids))
