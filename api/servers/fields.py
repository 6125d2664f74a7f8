"""The kinds of field that only servers send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate

from api.fields import NUMBER_ERRORS, Errors
from api.json_value import as_json
from shared.links.service import SERVICES


class Sparing(Schema):
    """What a server sends: an empty text is the same as an absent field, and so is a null."""

    @pre_load
    def without_empty(self, data: Any, **_kwargs: Any) -> Any:
        """``data`` without what says nothing."""
        if not isinstance(data, Mapping):
            return data
        return {name: value for name, value in data.items() if value is not None and value != ""}


class WordList(fields.Field[frozenset[str]]):
    """Some of a fixed set of words, with commas between."""

    def __init__(self, words: tuple[str, ...], **kwargs: Any) -> None:
        self._words = frozenset(words)
        self._message = f"must be one or several of {', '.join(words)}, with commas between."
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> frozenset[str]:
        parts = value.split(",") if isinstance(value, str) else []
        found = frozenset(part.strip() for part in parts) - {""}
        if not found or not found <= self._words:
            raise ValidationError(self._message)
        return found


class Services(WordList):
    """Services, by their names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(SERVICES, **kwargs)


class Measure(fields.Float):
    """A number, 0 or more, of which nothing more is known; no text."""

    def __init__(self, **kwargs: Any) -> None:
        message = "must be a number, 0 or more."
        errors: Errors = dict.fromkeys(NUMBER_ERRORS, message)
        range_ = validate.Range(min=0, error=message)
        super().__init__(validate=range_, error_messages=errors, **kwargs)

    def _validated(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Notes(fields.Field[dict[str, Any]]):
    """An object of which only its size and its characters matter."""

    def __init__(self, longest: int, **kwargs: Any) -> None:
        self._longest = longest
        self._message = f"must be an object of at most {longest} characters of JSON, without NULs."
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        text = as_json(value) if isinstance(value, dict) else None
        if text is None or len(text) > self._longest:
            raise ValidationError(self._message)
        return dict(value)
