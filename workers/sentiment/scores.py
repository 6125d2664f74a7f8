"""Measures of quality: macro-F1, accuracy, and whether confidence means what it says."""

from collections.abc import Sequence
from dataclasses import dataclass

_BINS = 10


@dataclass(frozen=True)
class Guess:
    """One answer held against the right one; `confidence` in [0, 1]."""

    wanted: str
    answer: str
    confidence: float

    @property
    def is_right(self) -> bool:
        """Whether the answer is the wanted one."""
        return self.answer == self.wanted


def accuracy(guesses: Sequence[Guess]) -> float:
    """The share of right answers, in [0, 1]."""
    return sum(guess.is_right for guess in guesses) / len(guesses)


def macro_f1(guesses: Sequence[Guess]) -> float:
    """The mean, over the wanted labels, of the harmonic mean of precision and recall."""
    labels = sorted({guess.wanted for guess in guesses})
    return sum(_f1(label, guesses) for label in labels) / len(labels)


def reliability(guesses: Sequence[Guess]) -> list[tuple[float, int, float]]:
    """Rows of (lower end of a tenth of confidence, answers in it, share of them right)."""
    rows = []
    for tenth in range(_BINS):
        inside = [g for g in guesses if min(int(g.confidence * _BINS), _BINS - 1) == tenth]
        if inside:
            rows.append((tenth / _BINS, len(inside), accuracy(inside)))
    return rows


def _f1(label: str, guesses: Sequence[Guess]) -> float:
    both = sum(guess.is_right and guess.wanted == label for guess in guesses)
    either = sum((guess.wanted == label) + (guess.answer == label) for guess in guesses)
    return 2 * both / either if either else 0.0
