"""What on this machine keeps a task from moving, as far as it can be known from here. Pure.

A yard may have processes on other machines. So this speaks only of what `taskyard up` runs in
HOME; and where store and broker are elsewhere, of what it does not run nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.tasks.plane import is_for_people
from shared.tasks.reason import Reason, WaitingFor
from shared.tasks.task import Task
from shared.tasks.task_type import TaskType
from taskyard.up_record import RecordedProcess, UpRecord

SCHEDULED = (Reason.TURN, Reason.LIMIT, Reason.MUTEX, Reason.TIME)
"""What only the scheduler ends."""
TAKEN = (Reason.WORKER, Reason.TURN, Reason.LIMIT, Reason.MUTEX)
"""What needs a worker next."""


def obstacles(
    task: Task,
    waiting: WaitingFor,
    kind: TaskType | None,
    record: UpRecord | None,
    *,
    is_all_here: bool,
) -> list[str]:
    """One sentence for each process that is missing.

    ``record`` is what the living `taskyard up` in HOME wrote down; ``is_all_here``: the broker is
    the one in HOME, so that nobody else could do its work.
    """
    if record is None:
        return ["No `taskyard up` runs in this HOME."] if is_all_here else []
    found: list[str] = []
    if waiting.reason in SCHEDULED:
        schedulers = [p for p in record.processes if p.name == "scheduler"]
        found += _asleep(schedulers, "The scheduler")
    if waiting.reason in TAKEN and kind and not is_for_people(kind, task.annotators):
        workers = [p for p in record.processes if p.pool == kind.pool]
        if workers:
            found += _asleep(workers, f"The worker of the pool {kind.pool}")
        elif is_all_here:
            found.append(f"`taskyard up` runs without workers of the pool {kind.pool}.")
    return found


def _asleep(processes: Sequence[RecordedProcess], name: str) -> list[str]:
    """Nothing where one of them is awake."""
    if not processes or any(process.is_alive and process.is_ready for process in processes):
        return []
    starts = max(process.starts for process in processes)
    state = "not ready yet" if any(process.is_alive for process in processes) else "down"
    return [f"{name} is {state} (start {starts})."]
