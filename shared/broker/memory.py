"""A broker within the process: for tests, and for looking at what would be sent."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from threading import Lock

from shared.errors import Unavailable
from shared.tasks.messages import Message


class MemoryBroker:
    """Queues of messages; ``is_down`` makes it fail as a dead broker does."""

    def __init__(self) -> None:
        self.queues: dict[str, deque[Message]] = defaultdict(deque)
        self.is_down = False
        self._is_marked = True
        self._changing = Lock()

    def publish(self, messages: Sequence[Message]) -> bool:
        """Put ``messages`` at the end of their queues, express ones behind express ones."""
        if self.is_down:
            return False
        with self._changing:
            for message in messages:
                queue = self.queues[message.queue]
                ahead = sum(waiting.express for waiting in queue)
                queue.insert(ahead if message.express else len(queue), message)
        return True

    def take(self, queue: str) -> Message | None:
        """The message that waits longest, removed; None when the queue is empty."""
        with self._changing:
            waiting = self.queues[queue]
            return waiting.popleft() if waiting else None

    def depth(self, queue: str) -> int:
        """How many messages wait."""
        self.ping()
        return len(self.queues[queue])

    def empty(self) -> None:
        """Lose everything, as a flush does."""
        self.queues.clear()
        self._is_marked = False

    def is_marked(self) -> bool:
        """Whether it was marked and not emptied since."""
        self.ping()
        return self._is_marked

    def mark(self) -> None:
        """Leave the mark."""
        self.ping()
        self._is_marked = True

    def ping(self) -> None:
        """Raise when switched off."""
        if self.is_down:
            raise Unavailable("The broker does not answer.")

    def close(self) -> None:
        """Nothing to give back."""
