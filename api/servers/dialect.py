"""The words of remote servers: statuses, times, envelopes, errors. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from api.dialect import Reply
from api.failure import Failure, Kind
from shared.tasks.status import Status

NAME = "servers"
PREFIXES = ("/api/v1/worker",)
"""Where this dialect speaks."""

STATUSES = {
    Kind.UNAUTHORIZED: 401,
    Kind.FORBIDDEN: 403,
    Kind.RATE_LIMITED: 429,
    Kind.INVALID_JSON: 400,
    Kind.INVALID_FIELD: 400,
    Kind.NOT_FOUND: 404,
    Kind.METHOD_NOT_ALLOWED: 405,
    Kind.CREDITS: 402,
    Kind.CONFLICT: 409,
    Kind.KEY_REUSED: 422,
    Kind.BODY_TOO_LARGE: 413,
    Kind.UNSUPPORTED_MEDIA_TYPE: 415,
    Kind.UNAVAILABLE: 503,
    Kind.INTERNAL: 500,
}
"""The HTTP status of every failure; errors have no other code here."""
STATUS_WORDS = tuple(status.value for status in Status)
"""Statuses are called here as everywhere in the yard."""


class Servers:
    """This dialect as the rest of the gateway sees it."""

    name = NAME

    def error(self, failure: Failure) -> Reply:
        """``failure`` in this dialect's envelope."""
        body = error_body(message_of(failure))
        return Reply(STATUSES[failure.kind], body, headers=failure.headers)


def message_of(failure: Failure) -> str:
    """What is wrong; the fields at fault are always named."""
    unnamed = [e.field for e in failure.fields if e.field not in failure.detail]
    return f"{', '.join(unnamed)}: {failure.detail}" if unnamed else failure.detail


def error_body(message: str) -> dict[str, Any]:
    """The envelope of an error."""
    return {"success": False, "message": message}


def success(data: Any) -> dict[str, Any]:
    """The envelope of what went well, where there is one."""
    return {"success": True, "data": data}


def moment_text(moment: datetime | None) -> str | None:
    """RFC 3339, UTC, whole seconds, Z: ``2026-11-22T11:20:00Z``."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
