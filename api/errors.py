"""Every error of a request becomes an answer here, in the words of the dialect of its path."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from api.dialect import Speakers
from api.failure import Failure, Kind, failure_of
from api.reply import to_response
from api.request_id import request_id
from shared.errors import TaskyardError

log = logging.getLogger(__name__)

KINDS_BY_STATUS = {
    400: Kind.INVALID_JSON,
    401: Kind.UNAUTHORIZED,
    403: Kind.FORBIDDEN,
    404: Kind.NOT_FOUND,
    405: Kind.METHOD_NOT_ALLOWED,
    413: Kind.BODY_TOO_LARGE,
    415: Kind.UNSUPPORTED_MEDIA_TYPE,
    429: Kind.RATE_LIMITED,
    503: Kind.UNAVAILABLE,
}
"""What the web framework's own refusals mean."""


def speak_errors(app: Flask, speakers: Speakers) -> None:
    """Answer every error of ``app`` through ``speakers``."""

    def answer(failure: Failure) -> Response:
        return to_response(speakers.on(request.path).error(failure))

    def own(error: TaskyardError) -> Response:
        failure = failure_of(error)
        return answer(failure) if failure else unexpected(error)

    def framework(error: HTTPException) -> Response:
        if error.code not in KINDS_BY_STATUS:
            return unexpected(error)
        return answer(framework_failure(error))

    def unexpected(error: Exception) -> Response:
        reference = request_id()
        log.error(
            "%s %s failed, reference %s", request.method, request.path, reference, exc_info=error
        )
        return answer(
            Failure(Kind.INTERNAL, f"Something went wrong on our side; reference {reference}.")
        )

    app.register_error_handler(TaskyardError, own)
    app.register_error_handler(HTTPException, framework)
    app.register_error_handler(Exception, unexpected)


def framework_failure(error: HTTPException) -> Failure:
    """What the web framework refused, as a failure."""
    kind = KINDS_BY_STATUS[error.code or 500]
    if kind is Kind.NOT_FOUND:
        return Failure(kind, "There is nothing at this address.")
    if kind is Kind.BODY_TOO_LARGE:
        return Failure(kind, "The request's body is larger than this address accepts.")
    allowed = sorted(getattr(error, "valid_methods", None) or ())
    if kind is Kind.METHOD_NOT_ALLOWED:
        words = ", ".join(allowed)
        return Failure(kind, f"This address answers {words} only.", headers={"Allow": words})
    return Failure(kind, error.description or error.name)
