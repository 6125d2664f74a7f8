"""The refusals of this dialect, each naming its field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from api.buyers.fields import REQUIRED
from api.failure import FieldError, Kind, Rejected


def refused(code: str, field: str, detail: str) -> Rejected:
    """The refusal of one field."""
    return refused_fields(code, [FieldError(field, detail)])


def refused_fields(code: str, errors: Sequence[FieldError]) -> Rejected:
    """The refusal of several fields; the sentence speaks of the first."""
    first = errors[0]
    return Rejected(
        Kind.INVALID_FIELD, f"{first.field}: {first.detail}", code=code, fields=tuple(errors)
    )


def missing(names: Sequence[str]) -> Rejected:
    """The refusal of a body that lacks ``names``."""
    errors = [FieldError(name, REQUIRED) for name in names]
    return refused_fields("MISSING_FIELDS", errors)


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
