"""Waiting until a task or a document is ready, as plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from taskyard.client import calls
from taskyard.client.call import Pause, Plan, asked
from taskyard.client.error import Unreachable
from taskyard.client.patience import Patience
from taskyard.client.task import NotInTime, Task

LONGEST_POLL_SECONDS = 30.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 2.0
READ = frozenset({"DONE", "ERROR"})
"""The words of a document that nothing more happens to."""
Clock = Callable[[], float]


def until_final(
    task_id: str, timeout_seconds: float | None, patience: Patience, clock: Clock
) -> Plan[Task]:
    """The task once it is final; `NotInTime` where that takes longer than ``timeout_seconds``.

    A gateway at which too many wait answers at once: then it is asked again after a pause.
    """
    end = clock() + (inf if timeout_seconds is None else timeout_seconds)
    pause = FIRST_PAUSE_SECONDS
    while True:
        begun = clock()
        poll = min(LONGEST_POLL_SECONDS, max(0.0, end - begun))
        task = Task.of((yield from asked(calls.get(task_id, poll), patience)))
        now = clock()
        if task.is_final:
            return task
        if now >= end:
            raise NotInTime(task)
        if now - begun >= poll / 2:
            pause = FIRST_PAUSE_SECONDS
            continue
        yield Pause(min(pause, end - now))
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def until_read(
    document_id: str, timeout_seconds: float | None, patience: Patience, clock: Clock
) -> Plan[Mapping[str, Any]]:
    """The document once it is read, or cannot be; `Unreachable` where that is not in time."""
    end = clock() + (inf if timeout_seconds is None else timeout_seconds)
    pause = FIRST_PAUSE_SECONDS
    while (yield from asked(calls.document_status(document_id), patience)) not in READ:
        left = end - clock()
        if left <= 0:
            raise Unreachable(f"The document {document_id} is not read yet.")
        yield Pause(min(pause, left))
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
    found: Mapping[str, Any] = yield from asked(calls.document(document_id), patience)
    return found
