"""What can go wrong with a request, before any dialect has put it into its words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.errors import Conflict, CreditsExhausted, NotFound, Refused, TaskyardError, Unavailable

NOTHING_DONE = "The service cannot reach its store now; nothing was changed. Try again."
UNSURE = (
    "The service lost its store while it was answering; look whether it was done, or try again."
)
STORE_RETRY_SECONDS = 2
"""How soon a caller is asked to come back when store or broker do not answer."""


class Kind(StrEnum):
    """The kinds of failure that every dialect has a word for."""

    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate_limited"
    INVALID_JSON = "invalid_json"
    INVALID_FIELD = "invalid_field"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CREDITS = "credits"
    CONFLICT = "conflict"
    KEY_REUSED = "key_reused"
    BODY_TOO_LARGE = "body_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, and what would do; the name is as the caller wrote it."""

    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request cannot be had; ``code`` is a dialect's own, finer word."""

    kind: Kind
    detail: str
    code: str | None = None
    fields: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class Rejected(TaskyardError):
    """Ends a request with a failure; the dialect of its path words the answer."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        code: str | None = None,
        fields: tuple[FieldError, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.failure = Failure(kind, detail, code, fields, headers or {})


def rejected_field(name: str, detail: str) -> Rejected:
    """The failure of one field of the request, body or query."""
    return Rejected(Kind.INVALID_FIELD, f"{name}: {detail}", fields=(FieldError(name, detail),))


def failure_of(error: TaskyardError) -> Failure | None:
    """What ``error``, raised by the verbs, means to a caller; None for what is our own fault."""
    match error:
        case Rejected():
            return error.failure
        case Unavailable():
            return Failure(
                Kind.UNAVAILABLE,
                UNSURE if error.outcome_unknown else NOTHING_DONE,
                headers={"Retry-After": str(STORE_RETRY_SECONDS)},
            )
        case NotFound():
            return Failure(Kind.NOT_FOUND, str(error))
        case Conflict():
            return Failure(Kind.CONFLICT, str(error))
        case CreditsExhausted():
            return Failure(Kind.CREDITS, str(error))
        case Refused():
            named = (FieldError(error.field, str(error)),) if error.field else ()
            return Failure(Kind.INVALID_FIELD, str(error), error.code, named)
    return None
