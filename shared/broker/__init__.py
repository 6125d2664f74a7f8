"""The broker: messages with task ids go out; the real one over Celery, and one in memory.

Publishing never raises for a broker that does not answer: the rows are stored, and the scheduler
sends what got lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from shared.tasks.messages import Message


class Broker(Protocol):
    """What the yard needs of a message broker."""

    def publish(self, messages: Sequence[Message]) -> bool:
        """Hand over ``messages``; False when that failed, which costs nothing but time."""

    def depth(self, queue: str) -> int:
        """How many messages wait in ``queue``; raises `Unavailable`."""

    def is_marked(self) -> bool:
        """Whether our mark is in it; one that is new or was emptied has none. `Unavailable`."""

    def mark(self) -> None:
        """Leave our mark in it; raises `Unavailable`."""

    def ping(self) -> None:
        """Return when the broker answers; raises `Unavailable`."""

    def close(self) -> None:
        """Give back every connection."""
