"""What an annotator makes of a text before the caller's options come in."""

from dataclasses import dataclass
from math import exp


@dataclass(frozen=True)
class Mood:
    """Probabilities, summing to 1, that a text is negative, neutral or positive."""

    negative: float
    neutral: float
    positive: float

    @property
    def position(self) -> float:
        """The expected polarity, in [-1, 1]."""
        return self.positive - self.negative


def mood_of(negative: float, neutral: float, positive: float) -> Mood:
    """The mood with these log-odds (softmax)."""
    top = max(negative, neutral, positive)
    odds = [exp(value - top) for value in (negative, neutral, positive)]
    return Mood(*(value / sum(odds) for value in odds))


NO_MOOD = mood_of(0.0, 0.0, 0.0)
"""Of a text that says nothing: everything is as likely as anything."""
