"""ECHO: gives back its content, after sleeping, failing or swelling as asked."""

from __future__ import annotations

import time
from typing import Any

from marshmallow import INCLUDE, Schema, fields, validate

from shared.errors import TaskError
from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import Context, Payload, TaskType

MAX_SLEEP_SECONDS = 300.0
MAX_RESULT_BYTES = 1024 * 1024
SLOW_SECONDS = 0.01
NAP_SECONDS = 0.2
"""How often a sleeping task looks whether it was canceled."""


class EchoPayload(Schema):
    """Anything; three keys are understood."""

    class Meta:
        unknown = INCLUDE

    content = fields.Raw(allow_none=True)
    sleep_seconds = fields.Float(validate=validate.Range(0, MAX_SLEEP_SECONDS))
    fail_times = fields.Integer(strict=True, validate=validate.Range(0, 100))
    result_bytes = fields.Integer(strict=True, validate=validate.Range(0, MAX_RESULT_BYTES))


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Do as the payload says, then return it with the attempt that did it."""
    _sleep(payload.get("sleep_seconds", 0.0), context)
    if context.attempt <= payload.get("fail_times", 0):
        raise TaskError(f"Attempt {context.attempt} fails as asked.", code="ASKED_TO_FAIL")
    result = {"content": payload.get("content", dict(payload)), "attempt": context.attempt}
    if payload.get("result_bytes"):
        result["filler"] = "x" * payload["result_bytes"]
    return result


def _sleep(seconds: float, context: Context) -> None:
    begun = time.monotonic()
    while (left := begun + seconds - time.monotonic()) > 0:
        time.sleep(min(left, NAP_SECONDS))
        context.progress(100 * (1 - max(left, 0) / seconds))
        if context.canceled():
            return


def is_slow(payload: Payload) -> bool:
    """Whether it sleeps long enough to keep others in its batch waiting."""
    return float(payload.get("sleep_seconds", 0)) > SLOW_SECONDS


ECHO = TaskType(
    name="ECHO",
    pool="system",
    queue="echo",
    payload=EchoPayload(),
    run=run,
    batch_size=100,
    is_slow=is_slow,
    retry=RetryPolicy(max_retries=3, first_seconds=0.5, factor=2.0, longest_seconds=10.0),
    time_limit_seconds=MAX_SLEEP_SECONDS + 30,
)
