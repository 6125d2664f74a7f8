"""Schedules and what they did, as commands show them to people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def row_of(schedule: Mapping[str, Any]) -> dict[str, Any]:
    """A schedule, in a row."""
    return {
        "id": schedule["id"],
        "name": schedule["name"] or None,
        "status": schedule["status"],
        "when": when(schedule),
        "next": schedule["nextAt"],
        "task": schedule["task"]["type"],
    }


def fields_of(schedule: Mapping[str, Any]) -> dict[str, Any]:
    """A schedule, a line for each of its fields."""
    jitter = schedule["jitterSeconds"]
    return {
        **row_of(schedule),
        "jitter": f"{jitter} s" if jitter else None,
        "start": schedule["startAt"],
        "end": schedule["endAt"],
        "missed": schedule["missed"],
        "upcoming": ", ".join(schedule["upcoming"]) or None,
        "made": schedule["createdAt"],
    }


def firing_row(firing: Mapping[str, Any]) -> dict[str, Any]:
    """What a schedule did, in a row."""
    error = firing["error"]
    return {
        "due": firing["dueAt"] or "asked for",
        "fired": firing["firedAt"],
        "outcome": firing["outcome"],
        "missed": firing["missed"],
        "task": firing["taskId"],
        "error": f"{error['code']}: {error['message']}" if error else None,
    }


def when(schedule: Mapping[str, Any]) -> str:
    """Its times in a few words."""
    if schedule["cron"]:
        return f"{schedule['cron']} ({schedule['timezone']})"
    return f"every {schedule['every']}"
