"""A task type whose payload names the mutexes that it needs."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from shared.tasks.task_type import Context, Payload, TaskType


def _do(_payload: Payload, _context: Context) -> dict[str, Any]:
    return {}


NEEDING = TaskType(
    name="NEEDING",
    pool="small",
    queue="needing",
    payload=Schema(),
    run=_do,
    mutexes=lambda payload: payload["needs"],
)
