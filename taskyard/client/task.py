"""What the gateway tells about tasks, as values, and the errors that speak of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from taskyard.client.error import ClientError

COMPLETED = "COMPLETED"
FINAL = frozenset({COMPLETED, "FAILED"})
CANCELED = "CANCELED"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a submission; ``told`` is the same in the gateway's words."""

    task_id: str
    type: str
    status: str
    cost_cents: int
    estimated_seconds: float
    told: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Receipt:
        """As the gateway tells it."""
        return cls(
            task_id=told["taskId"],
            type=told["type"],
            status=told["status"],
            cost_cents=told["costCents"],
            estimated_seconds=told["estimatedCompletionMs"] / 1000,
            told=told,
        )


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a task failed, or was not accepted: a stable word, and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of one of many: its ``task_id``, or the ``error`` for which there is none."""

    index: int
    task_id: str | None = None
    cost_cents: int = 0
    error: Trouble | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any], index: int) -> Submitted:
        """As the gateway tells it."""
        if "taskId" in told:
            return cls(index, told["taskId"], told["costCents"])
        error = told["error"]
        return cls(index, error=Trouble(error["code"], error["detail"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as its account sees it; ``told`` is all that the gateway says, in its own words."""

    id: str
    type: str
    status: str
    cost_cents: int
    priority: int
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    result: Any
    error: Trouble | None
    metadata: Mapping[str, Any] | None
    waiting_for: Mapping[str, Any] | None
    schedule_id: str | None
    told: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Task:
        """As the gateway tells it."""
        error = told.get("error")
        return cls(
            id=told["taskId"],
            type=told["type"],
            status=told["status"],
            cost_cents=told["costCents"],
            priority=told["priority"],
            created_at=datetime.fromisoformat(told["createdAt"]),
            updated_at=datetime.fromisoformat(told["updatedAt"]),
            completed_at=_moment(told.get("completedAt")),
            result=told.get("result"),
            error=Trouble(error["code"], error["message"]) if error else None,
            metadata=told.get("metadata"),
            waiting_for=told.get("waitingFor"),
            schedule_id=told.get("scheduleId"),
            told=told,
        )

    @property
    def is_final(self) -> bool:
        """Whether it is over, however."""
        return self.status in FINAL

    @property
    def is_canceled(self) -> bool:
        """Whether somebody canceled it."""
        return self.error is not None and self.error.code == CANCELED

    def outcome(self) -> Any:
        """Its result; raises `TaskFailed` where it failed or was canceled, or is not over."""
        if self.status != COMPLETED:
            raise TaskFailed(self)
        return self.result


class NotInTime(ClientError):
    """Whoever waited has waited enough; ``task`` is as it was seen last."""

    def __init__(self, task: Task) -> None:
        super().__init__(f"The task {task.id} is {task.status} still.")
        self.task = task


class TaskFailed(ClientError):
    """The task has no result: it failed, or was canceled."""

    def __init__(self, task: Task) -> None:
        code = task.error.code if task.error else "FAILED"
        message = task.error.message if task.error else "It failed."
        super().__init__(f"The task {task.id} failed with {code}: {message}")
        self.task = task
        self.code = code


@dataclass(frozen=True, slots=True)
class Page:
    """A page of tasks, newest first, and where the next one begins; None after the last."""

    tasks: Sequence[Task]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks of the account are where: in all, and by type.

    Each is a mapping of ``total`` and the six statuses to numbers.
    """

    total: Mapping[str, int]
    by_type: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Counts:
        """As the gateway tells it."""
        return cls({n: count for n, count in told.items() if n != "byType"}, told["byType"])

    @property
    def left(self) -> int:
        """How many are not over."""
        return sum(self.total[word] for word in ("pending", "queued", "running"))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
