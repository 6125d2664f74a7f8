"""Who does a task: the workers of a pool, or people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.tasks.task_type import TaskType

HUMAN = "human"
"""The annotators policy under which machines are not asked."""
DEFAULT_VALIDATIONS = 3


def is_for_people(task_type: TaskType | None, annotators: str | None) -> bool:
    """Whether no worker takes part: the type has no handler, or the policy wants people only."""
    if task_type is None:
        return False
    return task_type.is_done_by_people or (task_type.is_answered and annotators == HUMAN)


def validations_needed(payload: Mapping[str, Any]) -> int:
    """How many answers an answered task wants."""
    return int(payload.get("validationsNeeded") or DEFAULT_VALIDATIONS)
