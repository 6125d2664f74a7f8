"""The refusals of this dialect, each naming its field. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import ValidationError

from api.failure import FieldError, Kind, Rejected
from api.invalid import invalid


def refused(field: str, detail: str) -> Rejected:
    """The refusal of one field."""
    return refused_fields([FieldError(field, detail)])


def refused_fields(errors: Sequence[FieldError]) -> Rejected:
    """The refusal of several fields, each with its sentence."""
    detail = " ".join(f"{error.field}: {error.detail}" for error in errors)
    return Rejected(Kind.INVALID_FIELD, detail, fields=tuple(errors))


def refuse(error: ValidationError) -> Rejected:
    """What a schema refused."""
    return refused_fields(invalid(error))
