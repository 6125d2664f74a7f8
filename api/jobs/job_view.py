"""A job as its owner sees it. Pure."""

from __future__ import annotations

from math import floor
from typing import Any

from api.jobs.dialect import present, status_word
from shared.moments import time_text
from shared.tasks.status import Status
from shared.tasks.task import Task

BEGUN = (Status.RUNNING, Status.COMPLETED, Status.FAILED)


def job_body(task: Task) -> dict[str, Any]:
    """The job; what there is nothing to say about is left out."""
    return present(
        {
            "id": task.id,
            "userId": task.account_id,
            "targetId": task.target_id,
            "type": task.type,
            "status": status_word(task.status),
            "progress": progress_of(task),
            "metadata": metadata_of(task) or None,
            "error": error_of(task),
            "startedAt": time_text(task.started_at) if task.status in BEGUN else None,
            "completedAt": time_text(task.completed_at),
            "createdAt": time_text(task.created_at),
            "updatedAt": time_text(task.updated_at),
        }
    )


def progress_of(task: Task) -> int | None:
    """Percent: 100 when it is done and not before, None while it has not begun."""
    if task.status is Status.COMPLETED:
        return 100
    if task.status is Status.RUNNING:
        return min(99, floor(task.progress or 0))
    return None


def metadata_of(task: Task) -> dict[str, Any]:
    """What its handler told on the way, and in the end."""
    told = (task.result or {}).get("metadata") if task.status is Status.COMPLETED else None
    return {**(task.detail or {}), **(told if isinstance(told, dict) else {})}


def error_of(task: Task) -> str | None:
    """Why it failed for good; what a retry follows is nobody's business."""
    if task.status is not Status.FAILED or not task.error:
        return None
    return str(task.error.get("message", ""))
