"""The tasks that an agent holds: those that it claimed and has not finished."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

from taskyard.agent.link_task import LinkTask
from taskyard.agent.server_client import Attempt

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Held:
    """One attempt at a task, and what the gateway said of it meanwhile."""

    task: LinkTask
    is_canceled: bool = False
    is_lost: bool = False
    noted: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        """It begins with what earlier attempts noted."""
        self.noted = self.task.journal

    @property
    def key(self) -> Attempt:
        """The task's id, and the number of the attempt."""
        return self.task.id, self.task.attempt


class HeldTasks:
    """What runs in the threads of an agent. Any thread may call any method."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._held: dict[Attempt, Held] = {}
        self._changed = Condition()

    def __len__(self) -> int:
        """How many run."""
        return len(self._held)

    @property
    def free(self) -> int:
        """How many more may run."""
        return max(0, self._slots - len(self._held))

    def add(self, task: LinkTask) -> Held:
        """Begin to hold a task; an earlier attempt at it that still runs is lost by that."""
        with self._changed:
            for older in self._of(task.id):
                older.is_lost = True
            held = Held(task)
            self._held[held.key] = held
            return held

    def wait_for_turn(self, held: Held) -> None:
        """Return once earlier attempts at the same task are over here: two would disturb."""
        with self._changed:
            self._changed.wait_for(lambda: self._of(held.task.id)[0] is held)

    def release(self, held: Held) -> None:
        """The attempt is over."""
        with self._changed:
            self._held.pop(held.key, None)
            self._changed.notify_all()

    def keys(self) -> list[Attempt]:
        """What is held, the oldest first; what was lost is not."""
        with self._changed:
            return [held.key for held in self._held.values() if not held.is_lost]

    def told(self, key: Attempt, said: Mapping[str, Any]) -> None:
        """Take note of what the gateway says of an attempt whose lease was to be extended."""
        held = self._held.get(key)
        if held is None:
            return
        if said.get("error") and not held.is_lost:
            held.is_lost = True
            log.warning("task %s is not ours any more: %s", held.task.id, said["error"])
        if said.get("canceled") and not held.is_canceled:
            held.is_canceled = True
            log.info("task %s is to stop", held.task.id)

    def wait_for_room(self, seconds: float) -> bool:
        """Return once another may run, or after ``seconds``; whether one may."""
        with self._changed:
            return self._changed.wait_for(lambda: self.free > 0, seconds)

    def wait_until_empty(self, seconds: float) -> bool:
        """Return once nothing runs, or after ``seconds``; whether nothing does."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._held, seconds)

    def _of(self, task_id: str) -> list[Held]:
        return [held for held in self._held.values() if held.task.id == task_id]
