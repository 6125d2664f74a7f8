"""The words of a text, and where they stand in it. Pure.

sumy's own tokenizers want to download what they know of a language; these know nothing but how
words are written. Chinese, which writes no spaces, is taken character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTERS = rf"[^\W\d_{_HAN}]"
_MARKS = "\u0640\u064b-\u0652\u0670"
"""What Arabic may write between letters, and mostly does not."""
_WORD = re.compile(
    rf"[{_HAN}]|(?:{_LETTERS}[{_MARKS}]*)+(?:['’\-](?:{_LETTERS}[{_MARKS}]*)+)*|\d[\d.,]*"
)
_MARK = re.compile(f"[{_MARKS}]")
HAN = re.compile(f"[{_HAN}]")
_ELISION = re.compile(r"(?i)\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’]")
"""French words that lean on the next: l'eau, qu'elle."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, and its place in the text."""

    text: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        """Whether it has no letters."""
        return self.text[0].isdigit()


def words(text: str, language: str | None) -> Iterator[Word]:
    """The words and numbers of ``text``, in order."""
    at = 0
    for found in _WORD.finditer(text):
        at = found.start()
        if language == "fr" and (elided := _ELISION.match(text, at, found.end())):
            yield Word(text[at : elided.end()].casefold(), at, elided.end())
            at = elided.end()
        if at < found.end():
            yield Word(_MARK.sub("", text[at : found.end()]).casefold(), at, found.end())


def is_han(word: Word) -> bool:
    """Whether it is one Chinese character."""
    return bool(HAN.match(word.text))


def count(text: str, language: str | None) -> int:
    """How many words ``text`` has."""
    return sum(1 for _ in words(text, language))
