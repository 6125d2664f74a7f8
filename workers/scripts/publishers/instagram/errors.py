"""What Instagram's refusals mean: whether to try again, when, or to log in anew; pure.

The codes: https://developers.facebook.com/docs/graph-api/guides/error-handling, and those of media:
https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

import orjson

from shared.errors import TaskError
from shared.sites.outcome import NotAccepted, TryLater
from workers.scripts.publishers.protocol import LoggedOut

RATE_SECONDS = 900.0
"""Their limits count by the hour."""
QUOTA_SECONDS = 6 * 3600.0
"""A limit of 24 hours: three retries so far apart reach over most of it."""
LOGIN_CODES = frozenset({10, 102, 190, *range(200, 300)})
RATE_CODES = frozenset({4, 9, 17, 32, 613, 80002})
PASSING_CODES = frozenset({-2, -1, 1, 2})
PASSING_SUBCODES = {
    2207001: "an error of theirs",
    2207003: "fetching took too long",
    2207006: "the container is not to be found",
    2207008: "the container is not to be found for now",
    2207020: "the media has expired",
    2207027: "the container is not ready yet",
    2207032: "the container could not be made",
    2207053: "the upload went wrong",
}
QUOTA_SUBCODE = 2207042
RESTRICTED_SUBCODE = 2207050
"""The account is inactive, checkpointed or restricted: somebody must log in to the app."""
SPAM_SUBCODE = 2207051
MISSING = (100, 33)
_SUBCODE = re.compile(r"\b2207\d{3}\b")


class Missing(NotAccepted):
    """What was asked about does not exist, or does not any more."""


def refusal(
    error: Mapping[str, Any], *, status: int = 400, asked_seconds: float | None = None
) -> TaskError:
    """What to raise for the ``error`` of an answer with ``status``.

    ``asked_seconds`` is how long the answer's headers ask to wait.
    """
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    told = _told(error, status)
    if (code, subcode) == MISSING:
        return Missing(told)
    if subcode == QUOTA_SUBCODE:
        return TryLater(told, asked_seconds or QUOTA_SECONDS)
    if subcode in PASSING_SUBCODES:
        return TryLater(told, asked_seconds)
    if subcode == RESTRICTED_SUBCODE or code in LOGIN_CODES:
        return LoggedOut(told)
    if (code in RATE_CODES and subcode != SPAM_SUBCODE) or status == 429:
        return TryLater(told, asked_seconds or RATE_SECONDS)
    is_theirs = code in PASSING_CODES and subcode is None
    if status >= 500 or error.get("is_transient") or is_theirs or status < 400:
        return TryLater(told, asked_seconds)
    return LoggedOut(told) if status == 401 else NotAccepted(told)


def processing_failure(status: str) -> TaskError:
    """What to raise for the ``status`` of a container that ended in an error."""
    found = _SUBCODE.search(status)
    error = {"message": f"Instagram could not process the post: {status or 'no reason is told'}"}
    return refusal({**error, "error_subcode": int(found.group()) if found else None})


def usage_seconds(headers: Mapping[str, str]) -> float | None:
    """How long it takes until the API is open again; None where the headers do not say.

    https://developers.facebook.com/docs/graph-api/overview/rate-limiting: the header is JSON, with
    ``estimated_time_to_regain_access`` in minutes for each business.
    """
    try:
        businesses = orjson.loads(headers.get("x-business-use-case-usage", "{}"))
        minutes = [
            float(use.get("estimated_time_to_regain_access") or 0)
            for uses in businesses.values()
            for use in uses
        ]
    except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError):
        return None
    return max((60 * each for each in minutes if each > 0 and isfinite(each)), default=None)


def _told(error: Mapping[str, Any], status: int) -> str:
    said = error.get("error_user_msg") or error.get("message")
    codes = ", ".join(
        f"{name} {error[name]}" for name in ("code", "error_subcode") if error.get(name) is not None
    )
    return f"{said or f'Instagram answers with status {status}.'}" + (
        f" ({codes})" if codes else ""
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
