"""A step of a task as a stream tells it. Pure."""

from __future__ import annotations

from typing import Any

from api.buyers.dialect import status_word
from api.streams.frames import frame
from shared.moments import time_text
from shared.tasks.event_log import Event


def event_body(event: Event) -> dict[str, Any]:
    """What is told of a step: ``status`` in the buyers' words, ``step`` exactly.

    The task itself has the result, or the error.
    """
    return {
        "taskId": event.task_id,
        "type": event.type,
        "status": status_word(event.status, is_answered=False),
        "step": event.status.value,
        "attempt": event.attempt,
        "reason": event.reason,
        "at": time_text(event.at),
    }


def write_event(event: Event) -> bytes:
    """The step as a Server-Sent Event."""
    return frame(event.number, f"task.{event.status.value}", event_body(event))
