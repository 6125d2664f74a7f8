"""Mapping a caller's labels to polarity: are these options steps from bad to good."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.answers import label_words as vocabulary
from shared.answers.label_numbers import MOST_POINTS, number_values
from shared.answers.label_signs import sign_value, without_signs
from shared.answers.label_text import words

LEVELS = range(2, 8)
_GRADED_FROM = 4
_KNOWN = frozenset().union(
    vocabulary.CORE,
    vocabulary.STRONG,
    vocabulary.WEAK,
    vocabulary.NEGATION,
    vocabulary.NEITHER,
    vocabulary.MIXED,
    vocabulary.ASIDE,
    vocabulary.FILLER,
)
_PLAIN = vocabulary.GOOD


@dataclass(frozen=True)
class Scale:
    """A caller's options as polarities.

    `values[i]` in [-1, 1] belongs to `options[i]`; None marks an option beside the scale ("mixed",
    "don't know"). `graded` says that the options are steps of one order, so that a median means
    something: numbers and stars, or four and more levels.
    """

    options: tuple[str, ...]
    values: tuple[float | None, ...]
    graded: bool

    def ordered(self) -> tuple[tuple[str, float], ...]:
        """(option, value) from the most negative to the most positive, those beside left out."""
        pairs = [(o, v) for o, v in zip(self.options, self.values, strict=True) if v is not None]
        return tuple(sorted(pairs, key=lambda pair: pair[1]))

    def beside(self) -> tuple[str, ...]:
        """The options that are no step of the scale."""
        return tuple(o for o, v in zip(self.options, self.values, strict=True) if v is None)


def scale_of(options: Sequence[str], locale: str | None = None) -> Scale | None:
    """The polarity scale that `options` form, or None when they are something else.

    Labels may be words with degrees ("très positif", "sehr schlecht", "非常好"), stars, numbers,
    emoji; of any language known to `label_words`, whatever `locale` says: callers mix them.
    """
    labels = [option.strip() for option in options]
    numbers = number_values(labels) if 2 <= len(labels) <= MOST_POINTS + 1 else None
    if numbers is not None:
        return Scale(tuple(options), tuple(numbers), graded=len(numbers) > 2)
    if len(labels) not in LEVELS:
        return None
    return _scale_of_words(options, [_label_value(label) for label in labels])


def _scale_of_words(options: Sequence[str], found: list[float | str | None]) -> Scale | None:
    if "mixed" in found and vocabulary.NEUTRAL not in found and found.count("mixed") == 1:
        found = [vocabulary.NEUTRAL if value == "mixed" else value for value in found]
    values = [value for value in found if isinstance(value, float)]
    if None in found or len(values) < 2 or len(set(values)) != len(values) or max(values) <= 0:
        return None
    top = max(abs(value) for value in values)
    scaled = tuple(v / top if isinstance(v, float) else None for v in found)
    return Scale(tuple(options), scaled, graded=len(values) >= _GRADED_FROM)


def _label_value(label: str) -> float | str | None:
    """A polarity, "mixed" or "beside" for an option off the scale, None for a foreign label."""
    sign = sign_value(label)
    if sign is not None:
        return sign
    tokens = [t for t in words(without_signs(label), _KNOWN) if not t.isdigit()]
    if any(token not in _KNOWN for token in tokens):
        return None
    if any(token in vocabulary.MIXED for token in tokens):
        return "mixed"
    if any(token in vocabulary.ASIDE for token in tokens):
        return "beside"
    if any(token in vocabulary.NEITHER for token in tokens):
        return vocabulary.NEUTRAL
    cores = [vocabulary.CORE[token] for token in tokens if token in vocabulary.CORE]
    return _degree(cores, tokens) if cores else None


def _degree(cores: list[float], tokens: list[str]) -> float:
    value = max(cores, key=abs)
    negated = any(t in vocabulary.NEGATION and t not in vocabulary.CORE for t in tokens)
    if any(token in vocabulary.STRONG for token in tokens):
        value = max(-1.0, min(1.0, value / _PLAIN))
    elif any(token in vocabulary.WEAK for token in tokens):
        value /= 2
    return -value * 0.9 if negated else value
