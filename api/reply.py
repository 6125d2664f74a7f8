"""Answers as HTTP: JSON bodies, written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from flask import Response

from api.dialect import Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Headers


class ReadyResponse(Response):
    """An answer whose headers are complete as they are."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """The headers; nothing is to be corrected by the request."""
        return self.headers


def to_response(reply: Reply) -> Response:
    """``reply`` as HTTP; a body of None is sent as no body."""
    body = b"" if reply.body is None else orjson.dumps(reply.body)
    response = ReadyResponse(body, reply.status, content_type=reply.content_type)
    response.headers.extend(reply.headers)
    return response


def json_response(body: Any, status: int = 200) -> Response:
    """``body`` as JSON."""
    return ReadyResponse(orjson.dumps(body), status, content_type="application/json")


def no_content() -> Response:
    """An answer without a body."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response
