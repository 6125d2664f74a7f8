"""Tags: the words by which owners sort their devices, accounts and material."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from shared.errors import Refused

MOST_TAGS = 50
LONGEST_TAG = 50
ABOUT = f"must be a list of at most {MOST_TAGS} words of 1 to {LONGEST_TAG} characters, no commas."


def check_tags(tags: Iterable[object]) -> list[str]:
    """``tags`` without spaces around them, each once, in order; `Refused` says what would do."""
    words = [tag.strip() if isinstance(tag, str) else "" for tag in tags]
    if len(words) > MOST_TAGS or not all(map(is_tag, words)):
        raise Refused(f"tags: {ABOUT}", code="INVALID_FIELD", field="tags")
    return list(dict.fromkeys(words))


def split_tags(text: str) -> list[str]:
    """The tags in ``text``, separated by commas; `Refused` as for `check_tags`."""
    return check_tags(filter(None, map(str.strip, text.split(","))))


def is_tag(word: str) -> bool:
    """Whether ``word`` can be a tag. Pure."""
    return 0 < len(word) <= LONGEST_TAG and word.isprintable() and "," not in word


def has_tag(column: ColumnElement[Any], tag: str, dialect: str) -> ColumnElement[bool]:
    """Whether the list of tags in ``column``, a JSON document, has ``tag``."""
    if dialect == "postgresql":
        each = func.json_array_elements_text(column).table_valued("value", name="each_tag")
    else:
        each = func.json_each(column).table_valued("value", name="each_tag")
    return exists(select(1).select_from(each).where(each.c.value == tag))
