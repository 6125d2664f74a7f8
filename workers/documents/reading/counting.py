"""How many words a text has; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Kana and Han: written without spaces, so that every character counts as a word."""
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:['’.\-][^\W{_UNSPACED}]+)*")
_GAP = re.compile(r"\s")
_SLICE = 1024 * 1024


def word_count(text: str) -> int:
    """The words of ``text``; each character of Chinese and Japanese is one."""
    return sum(map(_count, _slices(text)))


def _count(text: str) -> int:
    return len(text.split()) if text.isascii() else len(_WORD.findall(text))


def _slices(text: str) -> Iterator[str]:
    """A long text in parts that end between words: a list of all its words would be large."""
    at = 0
    while at < len(text):
        gap = _GAP.search(text, at + _SLICE)
        end = gap.start() if gap else len(text)
        yield text[at:end]
        at = end
