"""What a server says of a task, and what follows from it where the task is now. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from shared.links.service import service_of
from shared.servers.server import Server
from shared.servers.word import Word
from shared.tasks.status import Status
from shared.tasks.task import Task

REPORTABLE = (Status.RUNNING, Status.COMPLETED, Status.FAILED, Status.CANCELED)
"""What a server may say that a task is."""
NOT_BEGUN = frozenset({Status.PENDING, Status.QUEUED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. ``status`` is one of `REPORTABLE`, or None where only texts change.

    ``said`` holds words of `outcome.REPORTED`; ``attempt`` fences it, where it is given;
    ``journal`` replaces what the attempts wrote down; ``retryable`` says of a failure whether
    another attempt may help.
    """

    link_id: str
    status: Status | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    attempt: int | None = None
    journal: Mapping[str, Any] | None = None
    retryable: bool = True


class Step(Enum):
    """What a report does to its task."""

    NOTHING = auto()
    UPDATE = auto()
    BEGIN = auto()
    COMPLETE = auto()
    FAIL = auto()
    CANCEL = auto()


STEPS = {
    None: Step.UPDATE,
    Status.RUNNING: Step.BEGIN,
    Status.COMPLETED: Step.COMPLETE,
    Status.FAILED: Step.FAIL,
    Status.CANCELED: Step.CANCEL,
}


def decide(task: Task | None, server: Server, report: Report) -> Step | Word:
    """What follows: a step, or the word that refuses it.

    Whose task it is counts before everything else; then the attempt; then where the task is.
    """
    if task is None or service_of(task.type) is None:
        return Word.NOT_FOUND
    if task.server_id != server.id:
        return Word.NOT_YOUR_TASK
    if report.attempt is not None and report.attempt != task.attempt:
        return Word.STALE_ATTEMPT
    if report.status is not None and report.status not in REPORTABLE:
        return Word.INVALID_STATUS
    if report.status == task.status:
        return Step.NOTHING
    if report.status is None:
        return Step.UPDATE
    return _move(task, report)


def _move(task: Task, report: Report) -> Step | Word:
    if report.status is Status.FAILED and _is_told(task, report):
        return Step.NOTHING
    if task.status.is_final or task.blocked_by:
        return Word.ILLEGAL_TRANSITION
    if task.status in NOT_BEGUN and task.attempt and report.attempt is not None:
        return Word.STALE_ATTEMPT  # it speaks of an attempt that is over
    return STEPS[report.status]


def _is_told(task: Task, report: Report) -> bool:
    """Whether a failure was reported before: its task waits to be tried again, or was stopped."""
    if task.error is None or not task.attempt:
        return False
    if task.status is Status.CANCELED:  # it was asked for when the failure came
        return task.cancel_requested_at is not None
    return task.status is Status.PENDING or (
        task.status is Status.QUEUED and report.attempt is not None
    )
