"""A task row out of nothing, for tests of what is decided about one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.ids import new_id
from shared.tasks.status import Status
from shared.tasks.task import Task

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)


def a_task(status: Status = Status.PENDING, **changes: Any) -> Task:
    """A task of the type ECHO, submitted at noon, with ``changes``."""
    fields: dict[str, Any] = {
        "number": 1,
        "id": new_id(),
        "account_id": new_id(),
        "project_id": None,
        "target_id": None,
        "hidden": False,
        "dialect": "buyers",
        "source": "api",
        "type": "ECHO",
        "queue": "echo",
        "mutexes": None,
        "priority": 5,
        "turn": NOON.timestamp(),
        "solo": False,
        "express": False,
        "due": True,
        "payload": {},
        "secrets": None,
        "caller_metadata": None,
        "callback_url": None,
        "schedule_id": None,
        "annotators": None,
        "cost_cents": 0,
        "attempt": 0,
        "retry_count": 0,
        "max_retries": 3,
        "lost_leases": 0,
        "deaths": 0,
        "blocked_by": 0,
        "after_policy": None,
        "not_before": None,
        "deadline_at": None,
        "server_id": None,
        "holder": None,
        "lease_expires_at": None,
        "cancel_requested_at": None,
        "answers_wanted": 0,
        "progress": None,
        "detail": None,
        "result": None,
        "error": None,
        "created_at": NOON,
        "queued_at": None,
        "started_at": None,
        "completed_at": None,
        "updated_at": NOON,
    }
    return Task(status=status, **{**fields, **changes})
