"""What becomes of a running task whose holder is gone. Pure.

A lapsed lease is not the task's fault: it runs again, up to `MAX_LOST_LEASES` times. A death of
the process that ran the task alone may well be: `MAX_DEATHS` of them make it poison. A death of
a process that ran several, or a time limit that hit several, says nothing about any one of them:
each runs again by itself. (A time limit that hits one alone is a failure like any other.)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.tasks.task import Task

MAX_LOST_LEASES = 10
MAX_DEATHS = 3


class Cause(StrEnum):
    """Why the holder is gone."""

    LEASE_LAPSED = "lease lapsed"
    WORKER_DIED = "worker process died"
    TIME_LIMIT = "time limit"
    SHUTDOWN = "worker shut down"


@dataclass(frozen=True, slots=True)
class Again:
    """The task goes back to pending with these counters."""

    lost_leases: int
    deaths: int
    solo: bool


@dataclass(frozen=True, slots=True)
class Over:
    """The task has cost enough; it fails with this code and message."""

    code: str
    message: str


def after_loss(task: Task, cause: Cause, *, alone: bool) -> Again | Over:
    """What follows for ``task``; ``alone`` says that nothing else ran in the same process."""
    if cause is Cause.WORKER_DIED:
        return _after_death(task, alone=alone)
    lost = task.lost_leases + (cause is Cause.LEASE_LAPSED)
    if lost >= MAX_LOST_LEASES:
        return Over("LEASE_LOST", f"The task's holder vanished {lost} times.")
    broke = cause is Cause.TIME_LIMIT and not alone
    return Again(lost, task.deaths, solo=task.solo or broke)


def _after_death(task: Task, *, alone: bool) -> Again | Over:
    deaths = task.deaths + alone
    if deaths >= MAX_DEATHS:
        return Over(
            "POISON",
            f"The worker process died {deaths} times while it ran this task: what the task was "
            "given breaks it, or takes more memory than there is.",
        )
    return Again(task.lost_leases, deaths, solo=True)
