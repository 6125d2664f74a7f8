"""What the gateway answers, in any of its dialects, and what that means. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared.clock import Clock, SystemClock
from shared.outbound.retry_after import asked_seconds
from taskyard.client.error import (
    ClientError,
    Conflict,
    CreditsExhausted,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unreachable,
)

BUSY = (429, 503)
"""What helps there is to come again later."""
PASSING = (408, 425, 429, 500, 502, 503, 504)
"""What may be otherwise in a moment, where the same call may be made again."""
CONFLICT = 409
NOBODY = 0
"""Stands for the status where nobody answered."""
KINDS: Mapping[int, type[Rejected]] = {
    401: Unauthorized,
    402: CreditsExhausted,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; where nobody answered ``status`` is 0, and ``reason`` says why.

    ``headers`` are by their names in lower case.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    reason: str = ""

    @property
    def is_success(self) -> bool:
        """Whether it is what was asked for."""
        return 200 <= self.status < 300

    def asked_seconds(self, clock: Clock | None = None) -> float | None:
        """How long it asks to wait, where it does."""
        return asked_seconds(self.headers, clock or SystemClock())

    @property
    def is_running(self) -> bool:
        """Whether the same call, with the same key, still runs: a conflict that says when to come
        again."""
        return self.status == CONFLICT and "retry-after" in self.headers

    @property
    def is_passing(self) -> bool:
        """Whether the same call may be answered otherwise in a moment."""
        return self.is_running or self.status == NOBODY or self.status in PASSING


def value_of(answer: Answer) -> Any:
    """The JSON of a success; raises what a refusal means.

    The envelopes of the owners of documents and of the operators are opened.
    """
    if not answer.is_success:
        raise error_of(answer)
    try:
        return _opened(orjson.loads(answer.body)) if answer.body else None
    except orjson.JSONDecodeError:
        raise _no_gateway(answer) from None


def error_of(answer: Answer) -> ClientError:
    """What an answer that is no success means."""
    if answer.status == NOBODY:
        return Unreachable(answer.reason)
    try:
        problem = orjson.loads(answer.body)
        detail, code = _said(problem)
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
        return _no_gateway(answer)
    request_id = answer.headers.get("x-request-id")
    if answer.status in BUSY or answer.status >= 500:
        kind = RateLimited if answer.status == 429 else Unreachable
        wait = answer.asked_seconds()
        return kind(detail, status=answer.status, retry_after_seconds=wait, request_id=request_id)
    return KINDS.get(answer.status, Rejected)(
        detail,
        code=code,
        status=answer.status,
        fields=_fields(problem.get("errors")),
        request_id=request_id,
    )


def _opened(value: Any) -> Any:
    is_envelope = isinstance(value, dict) and "data" in value
    return value["data"] if is_envelope and ("success" in value or "code" in value) else value


def _said(problem: Mapping[str, Any]) -> tuple[str, str]:
    """The sentence and the word of an error, in each dialect's body."""
    if "detail" in problem:
        return str(problem["detail"]), str(problem["code"])
    error = problem.get("error")
    if isinstance(error, dict):
        return str(error["message"]), str(error["code"])
    return str(problem["message"]), str(problem.get("code", "REFUSED"))


def _fields(errors: Any) -> dict[str, str]:
    listed = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    return {str(each.get("field")): str(each.get("detail")) for each in listed}


def _no_gateway(answer: Answer) -> Unreachable:
    message = f"The gateway answers {answer.status}, and not in the words of one."
    return Unreachable(message, status=answer.status)
