"""JSON values that callers send: which of them can be kept. Pure."""

from __future__ import annotations

from typing import Any

import orjson

SPARE_DEPTH = 16
"""How much deeper than the caller's own value a row or an answer may nest it."""


def as_json(value: Any) -> str | None:
    """``value`` as JSON text; None where it cannot be kept: nested too deeply, or with NULs.

    PostgreSQL keeps no NUL characters; the JSON writer goes 254 levels deep.
    """
    wrapped = value
    for _ in range(SPARE_DEPTH):
        wrapped = [wrapped]
    try:
        text = orjson.dumps(wrapped).decode()
    except orjson.JSONEncodeError:
        return None
    if "\\u0000" in text and has_nul(value):
        return None
    return text[SPARE_DEPTH:-SPARE_DEPTH]


def has_nul(value: Any) -> bool:
    """Whether a NUL character hides in any text of ``value``."""
    match value:
        case str():
            return "\x00" in value
        case list():
            return any(has_nul(item) for item in value)
        case dict():
            return any(has_nul(item) for pair in value.items() for item in pair)
    return False
