"""The kinds of field that only owners of documents send."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from api.fields import REQUIRED, Errors, Text


class Name(Text):
    """A text with something to see in it; blanks around it do not count."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        read = super()._deserialize(value, attr, data, **kwargs)
        if not read.strip():
            raise ValidationError(REQUIRED)
        return read.strip()


class Several(fields.List[Any]):
    """A list of 1 to ``most`` things, which ``what`` names."""

    def __init__(self, what: str, each: fields.Field[Any], most: int, **kwargs: Any) -> None:
        message = f"must be a list of 1 to {most} {what}."
        length = validate.Length(1, most, error=message)
        errors: Errors = {"required": message, "invalid": message}
        super().__init__(each, required=True, validate=length, error_messages=errors, **kwargs)
