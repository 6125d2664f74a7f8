"""Reading one of a fixed set of words, and saying which ones there are."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from shared.errors import Refused

Word = TypeVar("Word", bound=StrEnum)


def read_word(words: type[Word], text: str, field: str) -> Word:
    """The member of ``words`` spelled ``text``; `Refused` names ``field`` and what would do."""
    try:
        return words(text)
    except ValueError:
        accepted = ", ".join(word.value for word in words)
        message = f"{field} must be one of {accepted}, not {text!r}."
        raise Refused(message, code="INVALID_FIELD", field=field) from None
