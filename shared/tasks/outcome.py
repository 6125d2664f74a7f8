"""How the run of one claimed task ended, as its worker says it. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.errors import TaskError
from shared.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Completed:
    """The handler returned ``result``."""

    task: Task
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failed:
    """The handler raised ``error``."""

    task: Task
    error: TaskError


@dataclass(frozen=True, slots=True)
class Stopped:
    """The handler stopped because the task was to be canceled."""

    task: Task


@dataclass(frozen=True, slots=True)
class GivenBack:
    """The task is to be started again: it was claimed and never begun, or it gave way."""

    task: Task
    reason: str = "not begun"


Outcome = Completed | Failed | Stopped | GivenBack
