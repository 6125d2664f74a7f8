"""Reading a label: folding its letters, splitting it into words, Chinese without spaces too."""

import re
import unicodedata
from collections.abc import Collection

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_WORD = re.compile(r"[^\W_]+(?:['’/-][^\W_]+)*", re.UNICODE)
_ARABIC_LETTERS = str.maketrans("أإآٱةى", "اااايي"[:4] + "هي")
_LONGEST_WORD = 6


def fold(label: str) -> str:
    """`label` in lower case, without accents, Arabic vowel marks and stretching."""
    plain = unicodedata.normalize("NFKD", label).casefold().replace("ß", "ss").replace("ـ", "")
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).translate(_ARABIC_LETTERS)


def words(label: str, known: Collection[str]) -> list[str]:
    """The words of a label; runs of Han, kana or Hangul are cut greedily into `known` words."""
    whole = "-".join(_WORD.findall(fold(label)))
    if whole in known:
        return [whole]
    found: list[str] = []
    for token in _WORD.findall(fold(label)):
        found += _cut(token, known) if _CJK.fullmatch(token) else _split(token, known)
    return found


def _split(token: str, known: Collection[str]) -> list[str]:
    return [token] if token in known else re.split(r"['’/-]", token)


def _cut(run: str, known: Collection[str]) -> list[str]:
    pieces: list[str] = []
    while run:
        size = next((n for n in range(_LONGEST_WORD, 1, -1) if run[:n] in known), 1)
        pieces.append(run[:size])
        run = run[size:]
    return pieces
