"""A task as buyers and validators see it. Pure."""

from __future__ import annotations

from typing import Any

from api.buyers.dialect import status_word
from api.buyers.submission import estimated_ms
from api.buyers.waiting_view import waiting_body
from shared.moments import time_text
from shared.tasks.draft import Accepted, Draft
from shared.tasks.reason import WaitingFor
from shared.tasks.registry import Registry
from shared.tasks.status import Status
from shared.tasks.task import Task
from shared.tasks.words import CANCELED_ERROR

HIDDEN = "[hidden]"


def receipt(draft: Draft, accepted: Accepted) -> dict[str, Any]:
    """The answer to a submission."""
    return {
        "taskId": accepted.task_id,
        "status": "PENDING",
        "type": draft.task_type.name,
        "costCents": accepted.cost_cents,
        "estimatedCompletionMs": estimated_ms(draft.task_type),
    }


def task_body(
    task: Task, registry: Registry, *, is_answered: bool, waiting: WaitingFor | None = None
) -> dict[str, Any]:
    """The whole task, for its buyer; ``is_answered``: it has an answer already.

    ``waiting`` says why it is not running; whoever lists tasks does not ask.
    """
    return {
        "taskId": task.id,
        "type": task.type,
        "status": status_word(task.status, is_answered=is_answered),
        **question(task, registry),
        "projectId": task.project_id,
        "costCents": task.cost_cents,
        "priority": task.priority,
        "notBefore": time_text(task.not_before),
        "metadata": task.caller_metadata,
        "callbackUrl": task.callback_url,
        "scheduleId": task.schedule_id,
        "createdAt": time_text(task.created_at),
        "updatedAt": time_text(task.updated_at),
        "completedAt": time_text(task.completed_at),
        "result": task.result if task.status is Status.COMPLETED else None,
        "error": error_of(task),
        "waitingFor": waiting_body(waiting) if waiting else None,
    }


def question(task: Task, registry: Registry) -> dict[str, Any]:
    """What is asked: the content, and for answered types the options and how to answer."""
    kind = registry.get(task.type)
    secrets = kind.secrets if kind else frozenset()
    payload = {n: HIDDEN if n in secrets else v for n, v in task.payload.items()}
    payload |= dict.fromkeys(task.secrets or (), HIDDEN)
    if kind is None or not kind.is_answered:
        content = payload["content"] if payload.keys() == {"content"} else payload
        return {"content": content, "options": None, "locale": None, "validationsNeeded": None}
    return {
        "content": payload.get("content"),
        "options": payload.get("options"),
        "locale": payload.get("locale"),
        "validationsNeeded": payload.get("validationsNeeded"),
    }


def validation_body(task: Task, registry: Registry) -> dict[str, Any]:
    """The task as a validator sees it: the question, and nothing of what others said."""
    asked = question(task, registry)
    del asked["validationsNeeded"]
    return {"taskId": task.id, "type": task.type, **asked, "createdAt": time_text(task.created_at)}


def error_of(task: Task) -> dict[str, Any] | None:
    """Why a task failed; the errors that a retry follows are nobody's business."""
    if task.status is Status.CANCELED:
        return CANCELED_ERROR
    return task.error if task.status is Status.FAILED else None
