"""What a machine knows of its own processes, beside why a task waits."""

from __future__ import annotations

import os

import pytest

from shared.tasks.reason import Reason, WaitingFor
from shared.tasks.status import Status
from taskyard.obstacles import obstacles
from taskyard.up_record import RecordedProcess, UpRecord, born
from tests.a_task import a_task
from tests.memory_yard import BY_PEOPLE
from workers.system.echo import ECHO

ALIVE = (os.getpid(), born(os.getpid()))
DEAD = (None, "")


def process(
    name: str, life: tuple[int | None, str] = ALIVE, *, is_ready: bool = True
) -> RecordedProcess:
    """A process of that name; that of a worker is its pool's."""
    pool = name.partition("-")[0] if "-" in name else None
    return RecordedProcess(
        name=name, pid=life[0], born=life[1], starts=3, is_ready=is_ready, pool=pool
    )


def up(*processes: RecordedProcess) -> UpRecord:
    """What a `taskyard up` wrote down."""
    return UpRecord(pid=1, born="", url="", flower_url="", processes=processes)


WELL = up(process("scheduler"), process("system-1"))
NO_WORKER = up(process("scheduler"))
DEAD_WORKER = up(process("scheduler"), process("system-1", DEAD))
SLOW_WORKER = up(process("scheduler"), process("system-1", is_ready=False))
ONE_OF_TWO = up(process("scheduler"), process("system-1", DEAD), process("system-2"))
NO_SCHEDULER = up(process("scheduler", DEAD), process("system-1"))

CASES: list[tuple[Reason, UpRecord | None, bool, list[str]]] = [
    (Reason.WORKER, WELL, True, []),
    (Reason.WORKER, None, True, ["No `taskyard up` runs in this HOME."]),
    (Reason.WORKER, None, False, []),
    (Reason.WORKER, NO_WORKER, True, ["`taskyard up` runs without workers of the pool system."]),
    (Reason.WORKER, NO_WORKER, False, []),
    (Reason.WORKER, DEAD_WORKER, True, ["The worker of the pool system is down (start 3)."]),
    (Reason.TURN, SLOW_WORKER, True, ["The worker of the pool system is not ready yet (start 3)."]),
    (Reason.TURN, ONE_OF_TWO, True, []),
    (Reason.PAUSE, DEAD_WORKER, True, []),
    (Reason.TIME, NO_SCHEDULER, True, ["The scheduler is down (start 3)."]),
    (Reason.MUTEX, NO_SCHEDULER, True, ["The scheduler is down (start 3)."]),
    (Reason.MUTEX, NO_WORKER, True, ["`taskyard up` runs without workers of the pool system."]),
    (Reason.WORKER, NO_SCHEDULER, True, []),
]


@pytest.mark.parametrize(("reason", "record", "is_all_here", "said"), CASES)
def test_only_what_is_known_to_be_missing_is_told(
    reason: Reason, record: UpRecord | None, is_all_here: bool, said: list[str]
) -> None:
    waiting = WaitingFor(reason=reason, detail="")

    assert obstacles(a_task(), waiting, ECHO, record, is_all_here=is_all_here) == said


def test_people_need_no_worker() -> None:
    task = a_task(Status.QUEUED, annotators="human")
    waiting = WaitingFor(reason=Reason.TURN, detail="")

    assert obstacles(task, waiting, BY_PEOPLE, NO_WORKER, is_all_here=True) == []
