"""Task types that misbehave, for the workers under test; added to a yard by an entry point."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from typing import Any

from marshmallow import INCLUDE, Schema

from shared.errors import TaskError, TaskTimeout
from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import Context, Payload, TaskType

AT_ONCE = RetryPolicy(max_retries=1, first_seconds=0.05)


class AnyPayload(Schema):
    """Whatever the test wants."""

    class Meta:
        unknown = INCLUDE


class HastyType(TaskType):
    """A type whose hard limit follows its soft limit closely."""

    __slots__ = ()

    @property
    def hard_limit_seconds(self) -> float:
        """A second of grace where real types have more."""
        return self.time_limit_seconds + 1.0


def _stubborn(payload: Payload, _context: Context) -> dict[str, Any]:
    """Go on for ``seconds``, whoever asks to stop and however."""
    end = time.monotonic() + payload["seconds"]
    while time.monotonic() < end:
        try:
            time.sleep(0.05)
        except TaskTimeout:
            continue
    return {"done": True}


def _overlong(payload: Payload, _context: Context) -> dict[str, Any]:
    """Sleep longer than the type allows."""
    time.sleep(payload["seconds"])
    return {"done": True}


def _deadly(payload: Payload, context: Context) -> dict[str, Any]:
    """Kill the process as long as the attempt is not above ``deaths``; else tell the attempt."""
    if context.attempt <= payload.get("deaths", 0):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(payload.get("seconds", 0.0))
    return {"attempt": context.attempt}


def _together(
    payloads: Sequence[Payload], contexts: Sequence[Context]
) -> Sequence[dict[str, Any] | TaskError]:
    """Say how many were done at once; refuse each that asks for it, break on a broken one."""
    if any(payload.get("breaks") for payload in payloads):
        raise ZeroDivisionError
    refusal = TaskError("refused", retryable=False, code="REFUSED")
    done = {"together": len(contexts)}
    return [refusal if payload.get("refuse") else done for payload in payloads]


STUBBORN = HastyType(
    name="STUBBORN", pool="odd", queue="stubborn", payload=AnyPayload(), run=_stubborn,
    time_limit_seconds=20.0, retry=RetryPolicy(max_retries=0),
)  # fmt: skip
HASTY = HastyType(
    name="HASTY", pool="odd", queue="hasty", payload=AnyPayload(), run=_stubborn,
    time_limit_seconds=0.2, retry=RetryPolicy(max_retries=0),
)  # fmt: skip
OVERLONG = TaskType(
    name="OVERLONG", pool="odd", queue="overlong", payload=AnyPayload(), run=_overlong,
    time_limit_seconds=0.2, retry=AT_ONCE,
)  # fmt: skip
DEADLY = TaskType(
    name="DEADLY", pool="odd", queue="deadly", payload=AnyPayload(), run=_deadly,
    batch_size=10, retry=AT_ONCE,
)  # fmt: skip
TOGETHER = TaskType(
    name="TOGETHER", pool="odd", queue="together", payload=AnyPayload(), run_batch=_together,
    batch_size=10, retry=AT_ONCE,
)  # fmt: skip
ODD_TYPES = (STUBBORN, HASTY, OVERLONG, DEADLY, TOGETHER)
