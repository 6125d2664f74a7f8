"""Bodies of notices, in the words of the dialect that made the task. Pure.

The form of all but jobs' is that of the Standard Webhooks spec: ``type``, ``timestamp``, ``data``.
Nothing that a caller sent as the task itself is in them, so neither are secrets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from shared.moments import time_text
from shared.notices.told import JOBS, SCRIPTS, Told
from shared.scripts.script import script_name
from shared.tasks.event_log import Event
from shared.tasks.status import Status
from shared.tasks.words import (
    BUYERS_WORDS,
    CANCELED_ERROR,
    JOB_WORDS,
    SCRIPT_NUMBERS,
    SCRIPT_TEXTS,
    STOPPED,
)

LARGEST_BYTES = 20_000
"""Receivers need not take more, says the spec."""
LEFT_OUT = "leftOut"
LONGEST_ERROR = 1000
LONGEST_REASON = 500
LONGEST_NAME = 100
MOST_NAMES = 20
LARGEST_ERROR_BYTES = 4000
"""Of an error, beside its code and its message."""
TOLD_OF_JOBS = frozenset({Status.RUNNING, Status.COMPLETED, Status.FAILED})
"""Never that one waits, nor that it was canceled."""
Fields = dict[str, Any]


def event_word(event: Event) -> str:
    """The type of a notice of ``event``."""
    return f"task.{event.status}"


def is_told(event: Event) -> bool:
    """Whether the event's dialect has a word for it."""
    return event.dialect != JOBS or event.status in TOLD_OF_JOBS


def body(event: Event, task: Told) -> str:
    """The body of a notice of ``event``: JSON of at most `LARGEST_BYTES`.

    Where the task has gone on since, its result and error are not told: another notice comes.
    """
    if event.dialect == JOBS:
        return _small(_job, event, task)
    return _small(_in_envelope, event, task)


def _small(make: Callable[[Event, Told, tuple[str, ...]], Fields], event: Event, task: Told) -> str:
    """What ``make`` makes, without the largest parts as far as it would be too large."""
    for left_out in ((), ("result",), ("result", "metadata")):
        text = orjson.dumps(make(event, task, left_out))
        if len(text) <= LARGEST_BYTES:
            break
    return text.decode()


def _in_envelope(event: Event, task: Told, left_out: tuple[str, ...]) -> Fields:
    data = _script(event, task) if event.dialect == SCRIPTS else _task(event, task)
    without = [name for name in left_out if data.get(name) is not None]
    data |= dict.fromkeys(without)
    if without:
        data[LEFT_OUT] = without
    return envelope(event_word(event), event.at, data)


def envelope(word: str, at: datetime, data: Fields) -> Fields:
    """A body in the spec's form."""
    return {"type": word, "timestamp": time_text(at), "data": data}


def _task(event: Event, task: Told) -> Fields:
    """A task as its buyer knows it, without what was asked."""
    return {
        "taskId": task.id,
        "type": task.type,
        "status": BUYERS_WORDS.get(event.status, "PENDING"),
        "projectId": task.project_id,
        "costCents": task.cost_cents,
        "metadata": task.caller_metadata,
        "attempt": event.attempt,
        "reason": event.reason[:LONGEST_REASON] if event.reason else None,
        "createdAt": time_text(task.created_at),
        "completedAt": time_text(event.at) if event.status.is_final else None,
        "result": task.result if _is_now(event, task, Status.COMPLETED) else None,
        "error": _error(event, task),
    }


def _script(event: Event, task: Told) -> Fields:
    """A script's task as its operator knows it, without its settings."""
    number = SCRIPT_NUMBERS[event.status]
    payload = task.payload or {}
    return {
        "id": task.number,
        "script_name": script_name(task.type),
        "serial": payload.get("serial"),
        "username": payload.get("username"),
        "status": number,
        "status_text": SCRIPT_TEXTS[number],
        "source": task.source,
        "end_time": time_text(event.at) if event.status.is_final else None,
        "created_at": time_text(task.created_at),
        "remark": _remark(event, task),
        "retry_count": task.retry_count,
        "max_retries": task.max_retries,
        "result": task.result if _is_now(event, task, Status.COMPLETED) else None,
    }


def _remark(event: Event, task: Told) -> str:
    if event.status is Status.CANCELED:
        return STOPPED
    return str((_error(event, task) or {}).get("message", ""))


def _job(event: Event, task: Told, left_out: tuple[str, ...]) -> Fields:
    """A job as its owner's webhook gets it: these five fields and no other."""
    return {
        "jobId": task.id,
        "status": JOB_WORDS[event.status],
        "targetId": task.target_id,
        "type": task.type,
        "metadata": _job_metadata(event, task, is_short="metadata" in left_out),
    }


def _job_metadata(event: Event, task: Told, *, is_short: bool) -> Fields:
    is_done = _is_now(event, task, Status.COMPLETED)
    told = (task.result or {}).get("metadata") if is_done else None
    known = {**(task.detail or {}), **(told if isinstance(told, dict) else {})}
    if is_short:
        known = {LEFT_OUT: sorted(name[:LONGEST_NAME] for name in known)[:MOST_NAMES]}
    error = _error(event, task)
    return known | ({"error": str(error.get("message", ""))} if error else {})


def _error(event: Event, task: Told) -> Mapping[str, Any] | None:
    """Why the task failed; errors that a retry follows are nobody's business."""
    if event.status is Status.CANCELED:
        return CANCELED_ERROR
    if not _is_now(event, task, Status.FAILED) or task.error is None:
        return None
    told = task.error
    if len(orjson.dumps(told)) > LARGEST_ERROR_BYTES:
        told = {name: told[name] for name in ("code", "message") if name in told}
    return {**told, "message": str(told.get("message", ""))[:LONGEST_ERROR]}


def _is_now(event: Event, task: Told, status: Status) -> bool:
    return event.status is status is task.status and event.attempt == task.attempt
