"""The refusals of this dialect, each naming its field. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from api.failure import FieldError, Kind, Rejected
from api.fields import REQUIRED


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


def refusal(errors: Sequence[FieldError]) -> Rejected:
    """The refusal of what a schema found; absent fields come first, as everywhere here."""
    absent = [one.field for one in errors if one.detail == REQUIRED]
    return missing(absent) if absent else refused_fields("INVALID_FIELD", errors)
