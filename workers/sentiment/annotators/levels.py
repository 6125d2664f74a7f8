"""From a mood to one of the caller's levels, with the probability that it is the right one."""

from math import exp

from shared.answers.polarity import Scale
from workers.sentiment.annotators.mood import Mood

_NEUTRAL_WITHIN = 0.05
_WIDTH = 0.4
"""How far from the expected polarity a rating still lies, on the scale of -1 to 1."""


def choose(mood: Mood, scale: Scale) -> tuple[str, float]:
    """The level of `scale` that fits `mood` best, and how probable it is, in [0, 1]."""
    steps = scale.ordered()
    chances = _chances(mood, [value for _, value in steps])
    best = max(range(len(steps)), key=chances.__getitem__)
    return steps[best][0], chances[best]


def _chances(mood: Mood, values: list[float]) -> list[float]:
    below = [value for value in values if value < -_NEUTRAL_WITHIN]
    above = [value for value in values if value > _NEUTRAL_WITHIN]
    middle = len(values) - len(below) - len(above)
    if not middle:
        return _without_neutral(mood, below, above)
    chances = _shared_out(mood.negative, below, mood) + [mood.neutral / middle] * middle
    return _normal(chances + _shared_out(mood.positive, above, mood))


def _without_neutral(mood: Mood, below: list[float], above: list[float]) -> list[float]:
    half = mood.neutral / 2
    chances = _shared_out(mood.negative + half, below, mood)
    return _normal(chances + _shared_out(mood.positive + half, above, mood))


def _shared_out(chance: float, values: list[float], mood: Mood) -> list[float]:
    """`chance` of a side spread over the steps of that side, most where the mood stands."""
    weights = [exp(-(((value - mood.position) / _WIDTH) ** 2) / 2) for value in values]
    return [chance * weight / sum(weights) for weight in weights]


def _normal(chances: list[float]) -> list[float]:
    total = sum(chances)
    return [chance / total for chance in chances] if total else chances
