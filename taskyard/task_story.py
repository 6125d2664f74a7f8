"""What there is to say of a task in one sentence: why it waits, who runs it, how it ended. Pure."""

from __future__ import annotations

from typing import Any

from shared.tasks.queries import Step
from shared.tasks.reason import WaitingFor, time_text
from shared.tasks.status import Status
from shared.tasks.task import Task
from taskyard.rule_desk import key_fields


def sentence(
    task: Task, waiting: WaitingFor | None, last: Step | None, server: str | None = None
) -> str:
    """The sentence; ``last`` is the task's newest step, ``server`` the name of the one it is at."""
    if waiting is not None:
        return waiting.detail
    if task.status is Status.RUNNING:
        return _running(task, task.holder if server is None else f"The server {server}")
    return _ended(task, last)


def _running(task: Task, holder: str | None) -> str:
    since = time_text(task.started_at) if task.started_at else "a moment ago"
    until = f", its lease ends {time_text(task.lease_expires_at)}" if task.lease_expires_at else ""
    asked = task.cancel_requested_at
    stop = f"; it was asked to stop at {time_text(asked)}" if asked else ""
    return f"{holder} runs it since {since}: attempt {task.attempt}{until}{stop}."


def _ended(task: Task, last: Step | None) -> str:
    at = f" at {time_text(task.completed_at)}" if task.completed_at else ""
    tries = f"attempt {task.attempt}" if task.attempt else "never started"
    match task.status:
        case Status.FAILED:
            error = task.error or {}
            return f"It failed{at} ({tries}): {error.get('code')}, {error.get('message')}"
        case Status.CANCELED:
            by = f" by {last.actor}" if last else ""
            return f"It was canceled{at}{by} ({tries})."
        case _:
            return f"It completed{at} ({tries})."


def waiting_fields(waiting: WaitingFor) -> dict[str, Any]:
    """The reason for programs, and of the rest what belongs to that reason."""
    place = waiting.place
    fields = {
        "reason": waiting.reason.value,
        "detail": waiting.detail,
        "until": waiting.until,
        "since": waiting.since,
        "task_ids": waiting.task_ids,
        "rule": key_fields(waiting.rule) if waiting.rule else None,
        "limit": waiting.bound.value if waiting.bound else None,
        "allowed": waiting.allowed,
        "running": waiting.running,
        "position": place.before if place else None,
        "is_more": place.is_more if place else None,
        "given": waiting.given,
        "wanted": waiting.wanted,
    }
    return {name: value for name, value in fields.items() if value is not None}
