"""The refusals of this dialect, each naming its field. Pure."""

from __future__ import annotations

from marshmallow import ValidationError

from api.failure import FieldError, Kind, Rejected
from api.invalid import invalid


def refused(field: str, detail: str, code: str = "BAD_REQUEST") -> Rejected:
    """The refusal of one field."""
    errors = (FieldError(field, detail),)
    return Rejected(Kind.INVALID_FIELD, f"{field}: {detail}", code=code, fields=errors)


def refuse(error: ValidationError) -> Rejected:
    """What a schema refused; the sentence speaks of the first field."""
    errors = tuple(invalid(error))
    first = errors[0]
    detail = f"{first.field}: {first.detail}"
    return Rejected(Kind.INVALID_FIELD, detail, code="BAD_REQUEST", fields=errors)
