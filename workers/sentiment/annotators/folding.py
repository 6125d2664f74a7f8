"""Folding words: case, accents, Arabic marks, and letters stretched for emphasis."""

import re
import unicodedata

_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_ARABIC = str.maketrans("أإآٱةىؤئگک", "اااااايوغك"[:4] + "هيوءكك")
_ARABIC_CODE = re.compile("[\u0600-\u06ff]")


def folded(text: str) -> str:
    """`text` in lower case without accents and vowel marks; "sooooo" becomes "soo"."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("ß", "ss").replace("ـ", "")
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return _STRETCHED.sub(r"\1\1", unicodedata.normalize("NFC", bare)).translate(_ARABIC)
