"""What a schedule is asked for by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.schedules.outlook import Missed
from shared.schedules.pattern import Pattern
from shared.tasks.draft import Draft
from shared.tasks.secret_fields import with_sealed
from shared.yard import Yard

TASK_FIELDS = (
    "type",
    "content",
    "options",
    "locale",
    "maxCents",
    "projectId",
    "validationsNeeded",
    "priority",
    "metadata",
    "callbackUrl",
)
"""What a caller may say of a scheduled task; what names a moment or other tasks is not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTask:
    """A task that was checked: as its caller sent it, without secrets, and as it is made.

    ``kept_from``: the sealed secrets of the schedule from which some were taken over.
    """

    shown: dict[str, Any]
    pattern: Pattern
    secrets: dict[str, str] | None
    kept_from: dict[str, str] | None = None

    @classmethod
    def of(cls, yard: Yard, body: Mapping[str, Any], draft: Draft) -> AskedTask:
        """The task of ``body``, which was checked to be ``draft``; its secrets are sealed here."""
        sealed = with_sealed(yard, draft)
        shown = {name: body[name] for name in TASK_FIELDS if name in body}
        if isinstance(shown["content"], dict):
            secret = draft.task_type.secrets
            shown["content"] = {n: v for n, v in shown["content"].items() if n not in secret}
        return cls(
            shown=shown,
            pattern=Pattern.of(sealed, body.get("maxCents")),
            secrets=sealed.secrets,
        )

    def columns(self) -> dict[str, Any]:
        """What is stored of it."""
        return {
            "task": self.shown,
            "pattern": self.pattern.as_json(),
            "secrets": self.secrets,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSchedule:
    """A new schedule; ``cron`` or ``every``, a span, is None."""

    task: AskedTask
    cron: str | None = None
    every: str | None = None
    name: str = ""
    timezone: str = "UTC"
    jitter_seconds: int = 0
    start_at: datetime | None = None
    end_at: datetime | None = None
    missed: Missed = Missed.ONCE
