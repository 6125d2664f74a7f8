"""What the documentation of schedules shows."""

from __future__ import annotations

from typing import Any

from api.buyers.examples import SUBMISSION_EXAMPLE, TASK_ID
from api.buyers.schedule_schemas import NewScheduleSchema, ScheduleChangeSchema

SCHEDULE_ID = "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e0c"
MADE_AT = "2030-01-31T08:00:00.000Z"
ASKED: dict[str, Any] = {
    "name": "Every working morning",
    "cron": "30 8 * * 1-5",
    "timezone": "Europe/Paris",
    "jitterSeconds": 60,
    "missed": "once",
    "task": SUBMISSION_EXAMPLE,
}
NEXT_AT = "2030-02-01T07:30:41.288Z"
LISTED: dict[str, Any] = {
    "id": SCHEDULE_ID,
    **ASKED,
    "status": "active",
    "every": None,
    "startAt": None,
    "endAt": None,
    "nextAt": NEXT_AT,
    "pausedAt": None,
    "createdAt": MADE_AT,
    "updatedAt": MADE_AT,
}
DAYS = ("02-01", "02-04", "02-05", "02-06", "02-07")
SCHEDULE = {**LISTED, "upcoming": [f"2030-{day}T07:30:00.000Z" for day in DAYS]}
PAUSED = {**SCHEDULE, "status": "paused", "nextAt": None, "pausedAt": MADE_AT, "upcoming": []}
PAGE = {"schedules": [LISTED], "nextCursor": None}
FIRING = {
    "dueAt": "2030-02-01T07:30:00.000Z",
    "firedAt": "2030-02-01T07:30:41.402Z",
    "outcome": "submitted",
    "missed": 0,
    "taskId": TASK_ID,
    "error": None,
}
ASKED_FOR = {**FIRING, "dueAt": None}
HISTORY = {"firings": [FIRING], "nextCursor": None}
LOCATION = {"Location": {"description": "Where it is read.", "schema": {"type": "string"}}}


def _body(schema: type[Any], example: dict[str, Any]) -> dict[str, Any]:
    return {
        "required": True,
        "content": {"application/json": {"schema": schema, "example": example}},
    }


NEW = _body(NewScheduleSchema, ASKED)
CHANGE = _body(ScheduleChangeSchema, {"every": "90s", "endAt": "2030-12-31T00:00:00Z"})
