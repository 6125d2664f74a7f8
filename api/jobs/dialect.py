"""The words of an owner of documents: statuses, the envelope, errors. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.dialect import Reply
from api.failure import Failure, Kind
from shared.tasks.status import Status
from shared.tasks.words import JOB_WORDS

NAME = "jobs"
PREFIXES = ("/v1", "/api/upload")
"""Where this dialect speaks."""

ERRORS: dict[str, int] = {
    "BAD_REQUEST": 400,
    "INVALID_TYPE": 400,
    "NO_FILE": 400,
    "UNAUTHORIZED": 401,
    "INSUFFICIENT_CREDITS": 402,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "EXTRACTION_TIMEOUT": 408,
    "CONFLICT": 409,
    "TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "EXTRACTION_FAILED": 422,
    "IDEMPOTENCY_MISMATCH": 422,
    "RATE_LIMIT_EXCEEDED": 429,
    "INTERNAL_ERROR": 500,
    "UNAVAILABLE": 503,
}
"""Every code of this dialect with its HTTP status."""

CODES = {
    Kind.UNAUTHORIZED: "UNAUTHORIZED",
    Kind.FORBIDDEN: "FORBIDDEN",
    Kind.RATE_LIMITED: "RATE_LIMIT_EXCEEDED",
    Kind.INVALID_JSON: "BAD_REQUEST",
    Kind.INVALID_FIELD: "BAD_REQUEST",
    Kind.NOT_FOUND: "NOT_FOUND",
    Kind.METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED",
    Kind.CREDITS: "INSUFFICIENT_CREDITS",
    Kind.CONFLICT: "CONFLICT",
    Kind.KEY_REUSED: "IDEMPOTENCY_MISMATCH",
    Kind.BODY_TOO_LARGE: "TOO_LARGE",
    Kind.UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
    Kind.UNAVAILABLE: "UNAVAILABLE",
    Kind.INTERNAL: "INTERNAL_ERROR",
}

STATUS_WORDS = tuple(dict.fromkeys(JOB_WORDS.values()))
SHOWN_WORDS = STATUS_WORDS[:-1]
"""What a job or a document can be seen to be: never `KILLED`."""


class Jobs:
    """This dialect as the rest of the gateway sees it."""

    name = NAME

    def error(self, failure: Failure) -> Reply:
        """``failure`` in this dialect's envelope."""
        code = code_of(failure)
        body = error_body(code, failure.detail)
        if failure.fields:
            named = [{"field": e.field, "message": e.detail} for e in failure.fields]
            body["error"]["fields"] = named
        if ERRORS[code] == 429:
            body["error"]["retryAfter"] = int(failure.headers.get("Retry-After", "1"))
        return Reply(ERRORS[code], body, headers=failure.headers)


def code_of(failure: Failure) -> str:
    """The dialect's word for ``failure``."""
    return failure.code if failure.code in ERRORS else CODES[failure.kind]


def error_body(code: str, message: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The envelope of an error."""
    error: dict[str, Any] = {"code": code, "message": message}
    if details is not None:
        error["details"] = dict(details)
    return {"success": False, "error": error}


def success(data: Any) -> dict[str, Any]:
    """The envelope of everything else."""
    return {"success": True, "data": data}


def status_word(status: Status) -> str:
    """This dialect's word for ``status``."""
    return JOB_WORDS[status]


def present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """``fields`` without those that there are none of."""
    return {name: value for name, value in fields.items() if value is not None}
