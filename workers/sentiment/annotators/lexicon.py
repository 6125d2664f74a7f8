"""The first annotator: words of praise and blame."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from workers.sentiment.annotators import lexical, lexical_zh
from workers.sentiment.annotators.calibration import mood_from_words
from workers.sentiment.annotators.lexical import Balance
from workers.sentiment.annotators.mood import Mood
from workers.sentiment.annotators.word_list import word_list

NAME = "lexicon"


def moods(texts: Sequence[str], locales: Sequence[str]) -> list[Mood]:
    """The mood of each text, `locales` saying in which language each is."""
    return [_mood(text, locale) for text, locale in zip(texts, locales, strict=True)]


def _mood(text: str, locale: str) -> Mood:
    found = balance_of(text, locale)
    return mood_from_words(locale, found.praise, found.blame)


def balance_of(text: str, locale: str) -> Balance:
    """The praise and blame in one text."""
    if locale == "en":
        return _english(text)
    if locale == "zh":
        return lexical_zh.balance_of(text, word_list("zh"))
    return lexical.balance_of(text, word_list(locale))


def _english(text: str) -> Balance:
    """VADER's compound c = s / √(s² + 15), undone: s is the sum of valences."""
    compound = float(_vader().polarity_scores(text)["compound"])
    total = compound * (15 / max(1 - compound * compound, 1e-3)) ** 0.5
    return Balance(max(total, 0.0), max(-total, 0.0))


@cache
def _vader() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
