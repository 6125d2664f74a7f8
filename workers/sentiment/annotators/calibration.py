"""Turning raw scores into probabilities: a few constants per annotator and locale.

Fitted (multinomial logistic regression) on public posts, three balanced classes, and on Chinese
reviews; `python -m workers.sentiment.evaluate` shows on any labelled file how well they hold.
"""

from collections.abc import Sequence
from math import log1p

from workers.sentiment.annotators.mood import Mood, mood_of

Constants = tuple[float, float, float, float]

_HEADS: dict[str, dict[str, Constants]] = {
    "e5": {
        "": (1.85, -0.13, 0.0, 0.17),
        "en": (2.34, 0.08, 0.0, 0.47),
        "fr": (2.15, 0.17, 0.0, 0.73),
        "de": (2.06, -0.41, 0.0, -0.09),
        "es": (1.72, -0.47, 0.0, -0.6),
        "ar": (1.79, -0.12, 0.0, 0.45),
        "zh": (2.81, 0.14, 0.0, 0.23),
    },
    "use": {
        "": (1.0, 0.2, 0.0, 0.17),
        "en": (1.35, 0.64, 0.0, 0.5),
        "fr": (1.23, 0.42, 0.0, 0.61),
        "de": (1.1, 0.01, 0.0, -0.07),
        "es": (0.89, -0.17, 0.0, -0.49),
        "ar": (0.98, 0.21, 0.0, 0.49),
        "zh": (1.66, 0.54, 0.0, 0.26),
    },
}
"""scale, then the offsets of negative, neutral, positive; "" serves the other locales."""

_LEXICON: dict[str, tuple[float, ...]] = {
    "": (1.61, -0.02, -0.79, -0.26, 1.23, -0.75),
    "en": (1.6, 0.1, -0.73, -0.08, 1.18, -0.84),
    "fr": (2.13, 0.14, -0.95, -0.16, 1.45, -0.49),
    "de": (1.66, 0.1, -0.77, -0.16, 1.68, -1.13),
    "es": (1.45, -0.29, -0.75, -0.57, 1.35, -1.04),
    "ar": (1.38, -0.01, -0.73, -0.28, 0.91, -0.47),
    "zh": (1.68, -0.42, -0.69, -0.38, 1.89, -0.85),
}
"""of blame, of praise and alone: for negative; then the same three for positive; neutral is 0."""


def mood_from_head(annotator: str, locale: str, logits: Sequence[float]) -> Mood:
    """The mood behind the three logits (negative, neutral, positive) of an embedding's head."""
    table = _HEADS[annotator]
    scale, *offsets = table.get(locale, table[""])
    negative, neutral, positive = (
        scale * value + offset for value, offset in zip(logits, offsets, strict=True)
    )
    return mood_of(negative, neutral, positive)


def mood_from_words(locale: str, praise: float, blame: float) -> Mood:
    """The mood behind the praise and blame (both ≥ 0) that a lexicon found."""
    table = _LEXICON.get(locale, _LEXICON[""])
    bad, good = log1p(blame), log1p(praise)
    return mood_of(
        table[0] * bad + table[1] * good + table[2],
        0.0,
        table[3] * bad + table[4] * good + table[5],
    )
