"""The kinds of field that callers send; each says what it accepts when it refuses."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.errors import Refused
from shared.tags import ABOUT, LONGEST_TAG, MOST_TAGS, check_tags

Errors = dict[str, str | list[Any] | dict[Any, Any]]
REQUIRED = "is required and must not be empty."


class Whole(fields.Integer):
    """A whole number between two bounds; 20.0 counts as 20, as in JSON Schema."""

    def __init__(self, least: int, most: int | None = None, **kwargs: Any) -> None:
        span = f"{least} or more" if most is None else f"from {least} to {most}"
        self._message = f"must be a whole number, {span}."
        range_ = validate.Range(min=least, max=most, error=self._message)
        super().__init__(strict=True, validate=range_, **kwargs)

    def _validated(self, value: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError(self._message)
        return value


class Count(Whole):
    """A whole number written in a query."""

    def _validated(self, value: Any) -> int:
        if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19):
            raise ValidationError(self._message)
        return int(value)


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


class Words(fields.String):
    """One of a fixed set of words."""

    def __init__(self, words: tuple[str, ...], **kwargs: Any) -> None:
        message = f"must be one of {', '.join(words)}."
        one_of = validate.OneOf(words, error=message)
        super().__init__(
            validate=one_of, error_messages={"required": REQUIRED, "invalid": message}, **kwargs
        )


class Text(fields.String):
    """A text of bounded length, without NUL characters (which PostgreSQL does not keep)."""

    def __init__(self, longest: int, least: int = 1, **kwargs: Any) -> None:
        message = f"must be a text of {least} to {longest} characters."
        length = validate.Length(min=least, max=longest, error=message)
        no_nul = validate.ContainsNoneOf("\x00", error="must not contain NUL characters.")
        super().__init__(
            validate=[length, no_nul],
            error_messages={"required": REQUIRED, "invalid": message, "null": message},
            **kwargs,
        )


NUMBER_ERRORS = ("invalid", "special", "too_large")


class Fraction(fields.Float):
    """A number from 0 to 1."""

    def __init__(self, **kwargs: Any) -> None:
        message = "must be a number from 0 to 1."
        errors: Errors = dict.fromkeys(NUMBER_ERRORS, message)
        range_ = validate.Range(min=0, max=1, error=message)
        super().__init__(validate=range_, error_messages=errors, **kwargs)

    def _validated(self, value: Any) -> float:
        if isinstance(value, str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Seconds(fields.Float):
    """A span of time written in a query."""

    def __init__(self, **kwargs: Any) -> None:
        message = "must be a number of seconds, 0 or more."
        errors: Errors = dict.fromkeys(NUMBER_ERRORS, message)
        range_ = validate.Range(min=0, error=message)
        super().__init__(validate=range_, error_messages=errors, **kwargs)


class Moment(fields.AwareDateTime):
    """A time with its offset from UTC."""

    def __init__(self, **kwargs: Any) -> None:
        message = "must be a time with its offset, such as 2030-01-31T08:00:00Z."
        errors: Errors = dict.fromkeys(("invalid", "invalid_awareness", "format"), message)
        super().__init__(format="iso", error_messages=errors, **kwargs)


class Positive(fields.Float):
    """A number above 0."""

    def __init__(self, most: float, **kwargs: Any) -> None:
        message = f"must be a number above 0, at most {most:,.0f}."
        errors: Errors = dict.fromkeys(NUMBER_ERRORS, message)
        range_ = validate.Range(min=0, max=most, min_inclusive=False, error=message)
        super().__init__(validate=range_, error_messages=errors, **kwargs)

    def _validated(self, value: Any) -> float:
        if isinstance(value, str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Flag(fields.Boolean):
    """True or false, and nothing that could be taken for one of them."""

    def __init__(self, **kwargs: Any) -> None:
        message = "must be true or false."
        super().__init__(error_messages={"invalid": message, "null": message}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Tags(fields.List[Any]):
    """A list of tags, each once."""

    def __init__(self, **kwargs: Any) -> None:
        each = fields.String(validate=validate.Length(min=1, max=LONGEST_TAG))
        length = validate.Length(max=MOST_TAGS)
        super().__init__(each, validate=length, error_messages={"invalid": ABOUT}, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        try:
            return check_tags(value)
        except Refused:
            raise self.make_error("invalid") from None
