"""What a schema refused, field by field, for the dialects to word. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from api.failure import FieldError


def invalid(error: ValidationError, inside: str = "") -> list[FieldError]:
    """What a schema refused, by the path of each field from ``inside``."""
    return [FieldError(path or "body", detail) for path, detail in _flat(error.messages, inside)]


def _flat(messages: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            step = "" if name == SCHEMA else str(name)
            yield from _flat(inner, ".".join(filter(None, (path, step))))
    elif isinstance(messages, list):
        yield path, " ".join(str(message) for message in messages)
    else:
        yield path, str(messages)
