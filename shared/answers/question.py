"""What the answered task types have in common: their payload, their price, their deadline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from shared.tasks.plane import validations_needed

LOCALES = ("fr", "en", "de", "zh", "es", "ar")
DEFAULT_LOCALE = "en"
MAX_OPTIONS = 50
MAX_VALIDATIONS = 25
BASE_CENTS = 5
CENTS_PER_VALIDATION = 5


class QuestionPayload(Schema):
    """A question to annotators: content, and the options to choose from."""

    class Meta:
        unknown = EXCLUDE

    content = fields.Raw(required=True)
    options = fields.List(
        fields.String(validate=validate.Length(min=1)),
        required=True,
        validate=validate.Length(min=2, max=MAX_OPTIONS),
    )
    locale = fields.String(load_default=DEFAULT_LOCALE, validate=validate.OneOf(LOCALES))
    validationsNeeded = fields.Integer(  # noqa: N815 - the payload keeps the caller's word
        load_default=3, strict=True, validate=validate.Range(1, MAX_VALIDATIONS)
    )


def price_cents(payload: Mapping[str, Any]) -> int:
    """The list price: a base, and the same again for each answer required."""
    return BASE_CENTS + CENTS_PER_VALIDATION * validations_needed(payload)


def no_machines(_payload: Mapping[str, Any]) -> int:
    """How many machines answer what only people can judge."""
    return 0
