"""A validated submission: everything a task row needs before it has a place in the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.ids import new_id
from shared.tasks.task_type import TaskType

DEFAULT_PRIORITY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a dialect hands to `dispatch.submit`.

    ``payload`` is what ``task_type.payload`` loaded, as JSON; ``secrets`` are fields of it that
    were sealed, and are not in it any more. ``target_id`` names what a task belongs to, where its
    type does not say that by its payload. ``cost_cents`` is held on submit.
    ``after`` names tasks of the same account to wait for, ``after_policy`` what counts:
    ``all`` completed, ``any`` one completed, ``finished`` all final, whatever their outcome.
    """

    account_id: str
    task_type: TaskType
    payload: dict[str, Any]
    dialect: str
    secrets: dict[str, str] | None = None
    target_id: str | None = None
    source: str = "api"
    project_id: str | None = None
    priority: int = DEFAULT_PRIORITY
    not_before: datetime | None = None
    deadline_seconds: float | None = None
    cost_cents: int = 0
    max_retries: int | None = None
    annotators: str | None = None
    after: tuple[str, ...] = ()
    after_policy: str = "all"
    caller_metadata: dict[str, Any] | None = None
    callback_url: str | None = None
    schedule_id: str | None = None
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The task is stored; it will not be lost."""

    task_id: str
    number: int
    cost_cents: int
