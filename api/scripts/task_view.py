"""A task as its operator sees it. Pure."""

from __future__ import annotations

from math import floor
from typing import Any

from shared.moments import time_text
from shared.scripts.script import script_name
from shared.tasks.reason import WaitingFor
from shared.tasks.status import Status
from shared.tasks.task import Task
from shared.tasks.words import SCRIPT_NUMBERS, SCRIPT_TEXTS, STOPPED

STOPPING = "stopping"
WAITS = frozenset({Status.PENDING, Status.QUEUED})


def task_body(task: Task, waiting: WaitingFor | None = None) -> dict[str, Any]:
    """The whole task; ``waiting`` says why it is not running, where somebody asked."""
    number = SCRIPT_NUMBERS[task.status]
    begins_at = task.not_before if task.status in WAITS else task.started_at
    return {
        "id": task.number,
        "script_name": script_name(task.type),
        "script_config": task.payload.get("config", {}),
        "serial": task.payload.get("serial"),
        "username": task.payload.get("username"),
        "status": number,
        "status_text": SCRIPT_TEXTS[number],
        "source": task.source,
        "start_time": time_text(begins_at),
        "end_time": time_text(task.completed_at),
        "created_at": time_text(task.created_at),
        "remark": remark_of(task, waiting),
        "retry_count": task.retry_count,
        "max_retries": task.max_retries,
        "progress": progress_of(task),
    }


def remark_of(task: Task, waiting: WaitingFor | None) -> str:
    """Why the task is as it is, or ""."""
    error = str((task.error or {}).get("message", ""))
    match task.status:
        case Status.CANCELED:
            return STOPPED
        case Status.FAILED:
            return error
        case Status.COMPLETED:
            return " ".join(str(note) for note in (task.result or {}).get("notes") or ())
        case Status.RUNNING if task.cancel_requested_at is not None:
            return STOPPING
        case Status.RUNNING:
            return ""
    last = f"The last try failed: {error}" if error else ""
    return " ".join(filter(None, (waiting.detail if waiting else "", last)))


def progress_of(task: Task) -> int:
    """Percent: 100 when it is done and not before."""
    if task.status is Status.COMPLETED:
        return 100
    if task.status in WAITS:
        return 0
    return max(0, min(99, floor(task.progress or 0)))
