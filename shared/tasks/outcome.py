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
    """The task was claimed and never begun."""

    task: Task


Outcome = Completed | Failed | Stopped | GivenBack
