"""The six words of a task's life and the arrows between them. Pure.

pending    stored; not due, or not handed out.
           in: submit, retry, restart, lost lease, taken back · out: release, cancel, fail
queued     handed to the broker, or assigned to a server.
           in: release · out: start, cancel, take back, fail
running    claimed by a worker process, a server or the validators, with a lease.
           in: start · out: complete, fail, cancel, lose the lease
completed  final; the result is in the row.
failed     final, unless somebody asks to try again; the error is in the row. A failure that will
           be retried passes through it within one commit and is never seen.
canceled   final; somebody asked for it.
Rows in a final status are removed by the scheduler's purge when their retention is over.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a task is in its life."""

    PENDING = "pending"
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        """Whether the task's work is over."""
        return self in FINAL


FINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELED})

ARROWS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.QUEUED, Status.CANCELED, Status.FAILED}),
    Status.QUEUED: frozenset({Status.RUNNING, Status.PENDING, Status.CANCELED, Status.FAILED}),
    Status.RUNNING: frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELED, Status.PENDING}),
    Status.COMPLETED: frozenset(),
    Status.FAILED: frozenset({Status.PENDING}),
    Status.CANCELED: frozenset(),
}
"""From each status, where a task may go."""


def is_arrow(source: Status, target: Status) -> bool:
    """Whether a task may go from ``source`` to ``target`` in one step."""
    return target in ARROWS[source]
