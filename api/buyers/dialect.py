"""The buyers' words: statuses, errors. Pure."""

from __future__ import annotations

from typing import Any

from api.dialect import Reply
from api.failure import Failure, Kind
from shared.tasks.status import Status
from shared.tasks.words import BUYERS_WORDS

NAME = "buyers"
PROBLEM_JSON = "application/problem+json"
TASKS_PATH = "/api/v1/tasks"

PROBLEMS: dict[str, tuple[int, str]] = {
    "UNAUTHORIZED": (401, "Not authenticated"),
    "RATE_LIMITED": (429, "Too many requests"),
    "FORBIDDEN": (403, "Not allowed"),
    "INVALID_JSON": (400, "The body is not valid JSON"),
    "MISSING_FIELDS": (400, "Required fields are missing"),
    "INVALID_TYPE": (400, "Unknown task type"),
    "OPTIONS_REQUIRED": (400, "Options are required"),
    "INVALID_FIELD": (400, "A field is out of range"),
    "INVALID_ANSWER": (400, "Not one of the options"),
    "BUDGET_TOO_LOW": (400, "The price is above the budget"),
    "PROJECT_NOT_FOUND": (404, "No such project"),
    "INSUFFICIENT_CREDITS": (402, "Not enough credits"),
    "NOT_FOUND": (404, "Not found"),
    "METHOD_NOT_ALLOWED": (405, "Method not allowed"),
    "CONFLICT": (409, "Not possible in this state"),
    "BODY_TOO_LARGE": (413, "The body is too large"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "Unsupported media type"),
    "IDEMPOTENCY_MISMATCH": (422, "The key was used with another request"),
    "UNAVAILABLE": (503, "Temporarily unavailable"),
    "INTERNAL_ERROR": (500, "Internal error"),
}
"""Every code of this dialect with its HTTP status and title, in the order of the checks."""

CODES = {
    Kind.UNAUTHORIZED: "UNAUTHORIZED",
    Kind.FORBIDDEN: "FORBIDDEN",
    Kind.RATE_LIMITED: "RATE_LIMITED",
    Kind.INVALID_JSON: "INVALID_JSON",
    Kind.INVALID_FIELD: "INVALID_FIELD",
    Kind.NOT_FOUND: "NOT_FOUND",
    Kind.METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED",
    Kind.CREDITS: "INSUFFICIENT_CREDITS",
    Kind.CONFLICT: "CONFLICT",
    Kind.KEY_REUSED: "IDEMPOTENCY_MISMATCH",
    Kind.BODY_TOO_LARGE: "BODY_TOO_LARGE",
    Kind.UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
    Kind.UNAVAILABLE: "UNAVAILABLE",
    Kind.INTERNAL: "INTERNAL_ERROR",
}

STATUS_WORDS = ("PENDING", "VALIDATING", "COMPLETED", "FAILED")


class Buyers:
    """This dialect as the rest of the gateway sees it."""

    name = NAME

    def error(self, failure: Failure) -> Reply:
        """``failure`` as problem details (RFC 9457)."""
        body = problem(failure)
        return Reply(body["status"], body, PROBLEM_JSON, failure.headers)


def code_of(failure: Failure) -> str:
    """The dialect's word for ``failure``."""
    known = failure.code is not None and failure.code in PROBLEMS
    return str(failure.code) if known else CODES[failure.kind]


def problem(failure: Failure) -> dict[str, Any]:
    """The problem details of ``failure``; ``errors`` where fields are at fault."""
    body = problem_body(code_of(failure), failure.detail)
    if failure.fields:
        body["errors"] = [{"field": e.field, "detail": e.detail} for e in failure.fields]
    return body


def problem_body(code: str, detail: str) -> dict[str, Any]:
    """Problem details of ``code``; its type is a name, not an address to visit."""
    status, title = PROBLEMS[code]
    return {
        "type": f"urn:taskyard:problem:{code.lower().replace('_', '-')}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }


def status_word(status: Status, *, is_answered: bool) -> str:
    """The buyers' word; ``is_answered`` says whether the task has an answer already."""
    if status is Status.RUNNING and is_answered:
        return "VALIDATING"
    return BUYERS_WORDS.get(status, "PENDING")
