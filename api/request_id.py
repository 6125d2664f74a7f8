"""One id for each request: the caller's own where it is sane, else a new one.

It is on every log line that the request leaves, and is sent back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import request

from api.headers import completed
from shared.ids import new_id
from shared.logs import bound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
KEY = "taskyard.request_id"


def request_id() -> str:
    """The id of the request at hand."""
    known: str = request.environ[KEY]
    return known


class RequestIds:
    """Gives each request its id, and each answer the headers that all have.

    It stands around the application, where a header costs an append instead of a check.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        given = environ.get("HTTP_X_REQUEST_ID", "")
        known = environ[KEY] = given if SANE.fullmatch(given) else new_id()

        def begin(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start(status, completed(headers, known), *error)

        with bound(request_id=known):
            return self._app(environ, begin)
