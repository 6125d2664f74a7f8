"""The six languages whose words we know: their stop words, and what words have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

LANGUAGES = {
    "en": "english",
    "fr": "french",
    "de": "german",
    "es": "spanish",
    "ar": "arabic",
    "zh": "chinese",
}
"""Codes, and the names by which sumy has their stop words and stemmers."""


def known(language: str | None) -> str | None:
    """The code of one of the six in a tag like "en-GB", else None."""
    code = (language or "").lower().replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else None


@lru_cache(maxsize=len(LANGUAGES) + 1)
def stop_words(language: str | None) -> frozenset[str]:
    """Words that say nothing alone; none where the language is not known.

    English as sumy has it (stop-words has every name of a country there), Arabic as both.
    """
    if language not in LANGUAGES:
        return frozenset()
    from stop_words import get_stop_words as in_stop_words
    from sumy.utils import get_stop_words as in_sumy

    found = set[str]() if language == "en" else set(in_stop_words(language))
    if language in ("en", "ar"):
        found |= in_sumy(LANGUAGES[language])
    return frozenset(word.casefold() for word in found)


@lru_cache(maxsize=len(LANGUAGES) + 1)
def stemmer(language: str | None) -> Callable[[str], str]:
    """What reduces words to what their forms have in common; in other languages the word itself."""
    from sumy.nlp.stemmers import Stemmer, null_stemmer

    found: Callable[[str], str] = null_stemmer
    if language in LANGUAGES:
        found = Stemmer(LANGUAGES[language])
    return lru_cache(maxsize=50_000)(found)
