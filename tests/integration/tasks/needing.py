"""Tasks that need mutexes, and short ways to hand them out and to close what they need."""

from __future__ import annotations

from datetime import timedelta

from shared.tasks import dispatch, mutex
from shared.tasks.mutex import Closure
from shared.tasks.task_type import TaskType
from tests.memory_yard import (
    USES,
    MemoryYard,
)

ONE, TWO = "device/1", "device/2"


def submit(yard: MemoryYard, *needs: str, kind: TaskType = USES, **changes: object) -> str:
    """A task that needs those mutexes; its id."""
    return yard.submit(kind, payload={"needs": list(needs)}, **changes)


def release(yard: MemoryYard, kind: TaskType = USES) -> int:
    """What a scheduler hands out that has just begun; how many."""
    return dispatch.release(yard.yard, kind.queue)


def close(yard: MemoryYard, name: str, reason: str = "It is off.", seconds: float = 0) -> None:
    """Close a mutex, for so long where that is said."""
    with yard.store.begin() as tx:
        mutex.close(tx, name, reason, tx.now + timedelta(seconds=seconds) if seconds else None)


def reopen(yard: MemoryYard, name: str) -> bool:
    """Open a mutex; whether it was closed."""
    with yard.store.begin() as tx:
        return mutex.reopen(tx, name)


def closure(yard: MemoryYard, name: str) -> Closure | None:
    """How a mutex is closed."""
    with yard.store.read() as tx:
        return mutex.closure(tx, name)
