"""Tasks as commands show them. Pure."""

from __future__ import annotations

from typing import Any

import orjson

from taskyard.client import Task

LONGEST_CELL = 60


def row_of(task: Task) -> dict[str, Any]:
    """A task in a row of a table."""
    return {
        "task_id": task.id,
        "type": task.type,
        "status": word_of(task),
        "cost_cents": task.cost_cents,
        "created_at": task.created_at,
        "completed_at": task.completed_at,
        "outcome": outcome_of(task),
    }


def fields_of(task: Task) -> dict[str, Any]:
    """A task by itself, for people."""
    waiting = task.waiting_for or {}
    error = f"{task.error.code}: {task.error.message}" if task.error else None
    return {
        "task_id": task.id,
        "type": task.type,
        "status": word_of(task),
        "priority": task.priority,
        "cost_cents": task.cost_cents,
        "created_at": task.created_at,
        "updated_at": task.updated_at,
        "completed_at": task.completed_at,
        "waits_for": waiting.get("detail"),
        "content": _text(task.told.get("content")),
        "result": None if task.result is None else _text(task.result),
        "error": error,
    }


def word_of(task: Task) -> str:
    """The status, and for a canceled task that it was."""
    return "CANCELED" if task.is_canceled else task.status


def outcome_of(task: Task) -> str | None:
    """What became of it, cut to the width of a cell."""
    if task.error:
        return None if task.is_canceled else _cut(f"{task.error.code}: {task.error.message}")
    if task.result is None:
        return None
    is_answer = isinstance(task.result, dict) and isinstance(task.result.get("answer"), str)
    return _cut(task.result["answer"] if is_answer else _text(task.result))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_CELL else f"{line[: LONGEST_CELL - 1]}…"
