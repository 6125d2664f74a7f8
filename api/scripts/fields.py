"""The kinds of field that only operators send."""

from __future__ import annotations

from datetime import time
from typing import Any

from marshmallow import ValidationError, fields, validate

from api.fields import Count, Errors
from shared.scripts.start_time import FORM, read_time


class Names(fields.List[Any]):
    """Serials or user names; blanks around them do not count, nor do repetitions.

    ``prefix`` is dropped from the beginning of each.
    """

    def __init__(self, what: str, longest: int, most: int, prefix: str = "", **kwargs: Any) -> None:
        self._prefix = prefix
        self._longest = longest
        self._message = f"must be a text of 1 to {longest} characters on one line."
        message = f"must be a list of at most {most} {what}."
        wrong: Errors = dict.fromkeys(("invalid", "null"), self._message)
        super().__init__(
            fields.String(error_messages=wrong),
            validate=validate.Length(max=most, error=message),
            error_messages={"invalid": message},
            **kwargs,
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        given = super()._deserialize(value, attr, data, **kwargs)
        names = [str(name).strip().removeprefix(self._prefix).strip() for name in given]
        wrong = {n: [self._message] for n, name in enumerate(names) if not self._is_fit(name)}
        if wrong:
            raise ValidationError(wrong)
        return list(dict.fromkeys(names))

    def _is_fit(self, name: str) -> bool:
        return 1 <= len(name) <= self._longest and name.isprintable()


class TimeOfDay(fields.Field[time]):
    """An hour and a minute."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> time:
        read = read_time(value) if isinstance(value, str) else None
        if read is None:
            raise ValidationError(f"must be a time of day as {FORM}.")
        return read


class TaskNumber(fields.Integer):
    """A task's id."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        self._message = f"must be a whole number from 0 to {most}."
        errors: Errors = dict.fromkeys(("invalid", "null"), self._message)
        super().__init__(strict=True, error_messages=errors, **kwargs)
        self._most = most

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= self._most:
            raise ValidationError(self._message)
        return value


class Choice(Count):
    """One of the first whole numbers, as a query has it."""

    def __init__(self, most: int, meaning: str) -> None:
        super().__init__(0, most, metadata={"description": meaning})
