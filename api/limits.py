"""Bodies: how large they may be, and reading them as JSON."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import Any

import orjson
from flask import request

from api.failure import Kind, Rejected

MIB = 1024 * 1024
JSON_BYTES = 8 * MIB
"""The largest body of an ordinary request."""
BULK_BYTES = 64 * MIB
"""The largest body of a bulk request."""
JSON_TYPES = ("application/json",)


def read_body(largest: int = JSON_BYTES, *, is_kept: bool = False) -> bytes:
    """The request's body; over ``largest`` bytes it is refused, also when sent in chunks.

    It can be read once, unless it ``is_kept``.

    A body in chunks is cut off at the framework's limit without a word, so that is set one byte
    further: whoever reads that byte knows.
    """
    request.max_content_length = largest + 1
    if (request.content_length or 0) <= largest:
        body = request.get_data(cache=is_kept)
        if len(body) <= largest:
            return body
    raise Rejected(Kind.BODY_TOO_LARGE, f"The body may have at most {largest} bytes.")


def read_json(largest: int = JSON_BYTES) -> Any:
    """The request's body as JSON."""
    require_type(JSON_TYPES)
    return parse_json(read_body(largest))


def read_object(largest: int = JSON_BYTES) -> dict[str, Any]:
    """The request's body as a JSON object without its nulls; a null counts as absent.

    A request without a body is an empty object and needs no Content-Type.
    """
    if not has_body():
        return {}
    body = read_json(largest)
    if not isinstance(body, dict):
        raise Rejected(Kind.INVALID_JSON, "The body must be a JSON object.")
    return without_nulls(body)


def without_nulls(body: dict[str, Any]) -> dict[str, Any]:
    """``body`` without the members that are null."""
    return {name: value for name, value in body.items() if value is not None}


def has_body() -> bool:
    """Whether the request brings a body."""
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def require_type(types: tuple[str, ...]) -> None:
    """Refuse a body that is not said to be one of ``types``."""
    if request.mimetype not in types:
        raise Rejected(
            Kind.UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type must be {' or '.join(types)}, not {request.mimetype or 'absent'}.",
            headers={"Accept": ", ".join(types)},
        )


def parse_json(text: bytes) -> Any:
    """``text`` as JSON, UTF-8; a byte order mark is ignored, as RFC 8259 (8.1) allows."""
    try:
        return orjson.loads(text.removeprefix(BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise Rejected(Kind.INVALID_JSON, f"The body is not valid JSON: {error}.") from error
