"""The ``script_config`` of `post`: every key, its values and its default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import (
    INCLUDE,
    Schema,
    ValidationError,
    fields,
    pre_load,
    validate,
    validates_schema,
)

from shared.errors import Refused
from shared.tags import split_tags

MOST_IMAGES = 35
LONGEST_CAPTION = 5000
Errors = dict[str, str | list[Any] | dict[Any, Any]]
LONGEST_WAIT_SECONDS = 3600
WAYS = ("share", "addButton", "useSound")
SOURCES = ("materialLibrary", "localFolder")
SOUNDS = ("-1", "0", "1", "custom")
PLACEMENTS = ("reel", "story")


class SoundChoice(fields.Field[str]):
    """-1, 0, 1 or "custom", written as a string or a number; read as a string."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> str:
        text = str(value) if isinstance(value, (str, int)) and value is not True else ""
        if text not in SOUNDS:
            raise ValidationError(f"Must be one of {', '.join(SOUNDS)}.")
        return text


def _said(message: str) -> dict[str, Any]:
    """One message for whatever is wrong, which names what would do."""
    return dict.fromkeys(("invalid", "invalid_utf8", "null", "special", "too_large"), message)


def _whole(default: int, lowest: int, highest: int) -> fields.Integer:
    is_choice = highest - lowest == 1
    span = f"{lowest} or {highest}" if is_choice else f"a whole number from {lowest} to {highest}"
    message = f"Must be {span}."
    within = validate.Range(lowest, highest, error=message)
    return fields.Integer(
        strict=True, load_default=default, validate=within, error_messages=_said(message)
    )


def _word(*words: str) -> fields.String:
    message = f"Must be one of {', '.join(words)}."
    known = validate.OneOf(words, error=message)
    return fields.String(load_default=words[0], validate=known, error_messages=_said(message))


class Seconds(fields.Field[float]):
    """A span of time; kept as it was written, so that 30 stays 30."""

    def __init__(self, default: int) -> None:
        super().__init__(load_default=default)

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> float:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= LONGEST_WAIT_SECONDS:
            raise ValidationError(f"Must be a number of seconds from 0 to {LONGEST_WAIT_SECONDS}.")
        return float(value) if isinstance(value, float) else int(value)


def _text(longest: int) -> fields.String:
    message = f"Must be a text of at most {longest} characters."
    short = validate.Length(max=longest, error=message)
    return fields.String(load_default="", validate=short, error_messages=_said(message))


def _texts(most: int, longest: int) -> fields.List[str]:
    message = f"Must be a list of at most {most} texts of 1 to {longest} characters."
    one = f"Must be a text of 1 to {longest} characters."
    length = validate.Length(min=1, max=longest, error=one)
    text = fields.String(validate=length, error_messages=_said(one))
    return fields.List(
        text,
        load_default=list,
        validate=validate.Length(max=most, error=message),
        error_messages=_said(message),
    )


class PostConfig(Schema):
    """What to publish, and how. Keys that are not known here are kept as they are."""

    class Meta:
        """Later versions of callers may say more."""

        unknown = INCLUDE

    content_type = _whole(0, 0, 1)
    image_count = _whole(1, 1, MOST_IMAGES)
    captions = _text(LONGEST_CAPTION)
    post_way = _word(*WAYS)
    material_source = _word(*SOURCES)
    material_path = _text(1000)
    material_list = _texts(1000, 1000)
    materials_tags = _text(1000)
    upload_wait_time = Seconds(30)
    sound_wait_time = Seconds(10)
    add_sound = SoundChoice(load_default="-1")
    sound_name = _text(200)
    custom_sound_keyword = _text(200)
    origin_sound_volume = _whole(50, 0, 100)
    add_sound_volume = _whole(50, 0, 100)
    add_product_link = _whole(0, 0, 1)
    placement = _word(*PLACEMENTS)

    @pre_load
    def without_nulls(self, data: Any, **_kwargs: Any) -> Any:
        """A null counts as absent; what is not known here is kept as it is."""
        if not isinstance(data, Mapping):
            return data
        return {k: v for k, v in data.items() if v is not None or k not in self.fields}

    @validates_schema
    def check_together(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Some values ask for another key, and tags must be some."""
        self._check_tags(data.get("materials_tags", ""))
        needed = {
            "material_path": ("material_source", "localFolder"),
            "sound_name": ("post_way", "useSound"),
            "custom_sound_keyword": ("add_sound", "custom"),
        }
        if data.get("material_list"):
            del needed["material_path"]
        missing = {
            name: [f"Is required where {key} is {word}, and must not be empty."]
            for name, (key, word) in needed.items()
            if data.get(key) == word and not data.get(name)
        }
        if missing:
            raise ValidationError(missing)

    def _check_tags(self, text: str) -> None:
        try:
            split_tags(text)
        except Refused as error:
            raise ValidationError(
                f"Must be tags, separated by commas: {error}", "materials_tags"
            ) from None
