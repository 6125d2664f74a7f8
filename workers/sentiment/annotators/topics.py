"""Options that are no polarities: the embedding says which of them a text is nearest to."""

from collections.abc import Sequence

from workers.sentiment.annotators import e5

_SHARPNESS = 70.0
_SUREST = 0.85
"""Nearness of names is a guess, whatever the margin."""


def choose(texts: Sequence[str], options: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
    """For each text the nearest of its own options, with its probability."""
    import numpy

    labels = sorted({option for one in options for option in one})
    vectors = e5.embed([*texts, *labels])
    near = vectors[: len(texts)] @ vectors[len(texts) :].T
    place = {label: at for at, label in enumerate(labels)}
    chosen: list[tuple[str, float]] = []
    for row, own in zip(near, options, strict=True):
        nearness = row[[place[option] for option in own]]
        odds = numpy.exp(_SHARPNESS * (nearness - nearness.max()))
        chances = odds / odds.sum()
        best = int(chances.argmax())
        chosen.append((own[best], min(float(chances[best]), _SUREST)))
    return chosen
