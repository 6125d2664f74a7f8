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


class Capped(fields.Integer):
    """A whole number written in a query, from ``least``; more than ``most`` counts as ``most``."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._least, self._most = least, most

    def _validated(self, value: Any) -> int:
        if not (isinstance(value, str) and value.isascii() and value.isdigit()):
            raise ValidationError(self._message)
        number = int(value[-19:]) if len(value.lstrip("0")) < 19 else self._most
        if number < self._least:
            raise ValidationError(self._message)
        return min(number, self._most)

    @property
    def _message(self) -> str:
        return f"must be a whole number, {self._least} or more."
