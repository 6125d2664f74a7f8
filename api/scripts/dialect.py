"""The words of an operator of devices and accounts: statuses, the envelope, errors. Pure."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from api.dialect import Reply
from api.failure import Failure, Kind
from shared.tasks.status import Status
from shared.tasks.words import SCRIPT_NUMBERS

NAME = "scripts"
PREFIXES = (
    "/api/v1/task",
    "/api/v1/accounts",
    "/api/v1/license",
    "/api/v1/materials",
)
"""Where this dialect speaks."""


class Code(IntEnum):
    """Every code of this dialect; its first three digits are the HTTP status."""

    SUCCESS = 0
    INVALID = 40001
    MISSING_SCRIPT = 40002
    UNKNOWN_SCRIPT = 40003
    UNAUTHORIZED = 40101
    CREDITS = 40201
    FORBIDDEN = 40301
    NOT_FOUND = 40401
    METHOD_NOT_ALLOWED = 40501
    CONFLICT = 40901
    TOO_LARGE = 41301
    MEDIA_TYPE = 41501
    KEY_REUSED = 42201
    TOO_MANY = 42901
    INTERNAL = 50001
    UNAVAILABLE = 50301

    @property
    def status(self) -> int:
        """The HTTP status of an answer with this code."""
        return self // 100 or 200


CODES = {
    Kind.UNAUTHORIZED: Code.UNAUTHORIZED,
    Kind.FORBIDDEN: Code.FORBIDDEN,
    Kind.RATE_LIMITED: Code.TOO_MANY,
    Kind.INVALID_JSON: Code.INVALID,
    Kind.INVALID_FIELD: Code.INVALID,
    Kind.NOT_FOUND: Code.NOT_FOUND,
    Kind.METHOD_NOT_ALLOWED: Code.METHOD_NOT_ALLOWED,
    Kind.CREDITS: Code.CREDITS,
    Kind.CONFLICT: Code.CONFLICT,
    Kind.KEY_REUSED: Code.KEY_REUSED,
    Kind.BODY_TOO_LARGE: Code.TOO_LARGE,
    Kind.UNSUPPORTED_MEDIA_TYPE: Code.MEDIA_TYPE,
    Kind.UNAVAILABLE: Code.UNAVAILABLE,
    Kind.INTERNAL: Code.INTERNAL,
}


class Scripts:
    """This dialect as the rest of the gateway sees it."""

    name = NAME

    def error(self, failure: Failure) -> Reply:
        """``failure`` in this dialect's envelope."""
        code = code_of(failure)
        return Reply(code.status, envelope(code, message_of(failure)), headers=failure.headers)


def code_of(failure: Failure) -> Code:
    """The dialect's code for ``failure``."""
    own = Code.__members__.get(failure.code or "")
    return CODES[failure.kind] if own is None else own


def message_of(failure: Failure) -> str:
    """What is wrong; the fields at fault are always named."""
    unnamed = [e.field for e in failure.fields if e.field not in failure.detail]
    return f"{', '.join(unnamed)}: {failure.detail}" if unnamed else failure.detail


def envelope(code: Code, message: str, data: Any = None) -> dict[str, Any]:
    """The envelope of every answer."""
    return {"code": int(code), "message": message, "data": data}


def success(data: Any) -> dict[str, Any]:
    """The envelope of what went well."""
    return envelope(Code.SUCCESS, "success", data)


def statuses_of(number: int) -> frozenset[Status]:
    """The statuses that this dialect calls ``number``."""
    return frozenset(status for status, called in SCRIPT_NUMBERS.items() if called == number)
