"""Schedules and firings as buyers see them. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.buyers.task_view import HIDDEN
from shared.errors import Refused
from shared.moments import time_text
from shared.schedules.firing import Firing
from shared.schedules.schedule import Schedule
from shared.schedules.standing import Standing

UPCOMING = 5


def schedule_body(schedule: Schedule) -> dict[str, Any]:
    """A schedule, as listed."""
    return {
        "id": schedule.id,
        "name": schedule.name,
        "status": schedule.standing.value,
        "cron": schedule.cron,
        "every": schedule.every,
        "timezone": schedule.timezone,
        "jitterSeconds": schedule.jitter_seconds,
        "startAt": time_text(schedule.start_at),
        "endAt": time_text(schedule.end_at),
        "missed": schedule.missed,
        "task": task_of(schedule),
        "nextAt": time_text(schedule.wake_at),
        "pausedAt": time_text(schedule.paused_at),
        "createdAt": time_text(schedule.created_at),
        "updatedAt": time_text(schedule.updated_at),
    }


def task_of(schedule: Schedule) -> dict[str, Any]:
    """The task as it was sent, its secrets hidden."""
    if not schedule.secrets:
        return schedule.task
    content = {**schedule.task["content"], **dict.fromkeys(schedule.secrets, HIDDEN)}
    return {**schedule.task, "content": content}


def whole_body(schedule: Schedule, now: datetime) -> dict[str, Any]:
    """A schedule by itself, with the next times at which it is due."""
    return {**schedule_body(schedule), "upcoming": list(map(time_text, upcoming(schedule, now)))}


def upcoming(schedule: Schedule, now: datetime) -> list[datetime]:
    """When it is due next; nobody can tell where its time zone is not known here any more."""
    if schedule.standing is not Standing.ACTIVE:
        return []
    try:
        return schedule.timing.upcoming(now, UPCOMING)
    except Refused:
        return []


def firing_body(firing: Firing) -> dict[str, Any]:
    """What a schedule did."""
    return {
        "dueAt": time_text(firing.due_at),
        "firedAt": time_text(firing.fired_at),
        "outcome": firing.outcome,
        "missed": firing.missed,
        "taskId": firing.task_id,
        "error": firing.error,
    }
