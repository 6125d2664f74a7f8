"""Text as it is kept: no characters that are not text; pure."""

from __future__ import annotations

import re

_NO_TEXT = re.compile("[\0-\x08\x0b-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Controls, halves of pairs, and what Unicode says is no character."""
_BROKEN_WORD = re.compile("[\x02\ufffe]\r?\n?")
"""How PDF readers mark a word that goes on in the next line."""
_TRAILING = re.compile(r"[ \t]+$", re.M)
_UNUSUAL = re.compile(rf"\r|[ \t]\n|{_NO_TEXT.pattern}")
"""Most texts have nothing of it, and large ones are not copied for nothing."""


def clean(text: str) -> str:
    """``text`` with plain line ends, and without what is no text."""
    if _UNUSUAL.search(text):
        whole = _BROKEN_WORD.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
        text = _TRAILING.sub("", _NO_TEXT.sub("", whole))
    return text.strip("\n")


def one_line(text: object, most: int = 500) -> str | None:
    """A title or a name in one line; None where nothing is left."""
    line = " ".join(clean(str(text or "")).split())[:most].rstrip()
    return line or None
