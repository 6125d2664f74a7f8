"""Scoring a text by a word list: negation, degree, contrast, emphasis, emoji."""

import re
from dataclasses import dataclass
from math import sqrt

from workers.sentiment.annotators.emoji import valences
from workers.sentiment.annotators.folding import folded
from workers.sentiment.annotators.word_list import WordList

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[.!?;…]+", re.UNICODE)
_CLAUSE = re.compile(r"[.!?;…]")
_REACH = 3
_NEGATED = -0.7
_SPREAD = 15.0
_DENIAL = -0.5
"""Who denies is rarely pleased."""


@dataclass(frozen=True)
class Balance:
    """Praise and blame found in a text, both ≥ 0."""

    praise: float
    blame: float

    @property
    def compound(self) -> float:
        """The balance squeezed into (-1, 1)."""
        total = self.praise - self.blame
        return total / sqrt(total * total + _SPREAD)


def balance_of(text: str, words: WordList) -> Balance:
    """The praise and blame in a text whose words are set apart by spaces."""
    tokens = [part for token in _WORD.findall(folded(text)) for part in _parts(token, words)]
    found = _valued(tokens, words)
    shouts = min(text.count("!"), 3) * 0.3
    found += valences(text)
    praise = sum(v for v in found if v > 0)
    blame = -sum(v for v in found if v < 0)
    if praise > blame:
        return Balance(praise + shouts, blame)
    return Balance(praise, blame + shouts) if blame > praise else Balance(praise, blame)


def _parts(token: str, words: WordList) -> list[str]:
    if words.valence(token):
        return [token]
    return re.split("['’]", token)


def _valued(tokens: list[str], words: WordList) -> list[float]:
    values: list[float] = []
    previous_clause = 0
    for at, token in enumerate(tokens):
        if token in words.contrasts:
            values[previous_clause:] = [v * 0.6 for v in values[previous_clause:]]
            previous_clause = len(values)
            continue
        pair = f"{token}-{tokens[at + 1]}" if at + 1 < len(tokens) else token
        valence = words.exact.get(pair) or words.valence(token)
        if token in words.negations:
            values.append(_DENIAL)
        elif valence:
            values.append(_changed(valence, tokens[max(0, at - _REACH) : at], words))
    return values


def _changed(valence: float, before: list[str], words: WordList) -> float:
    for token in reversed(before):
        if _CLAUSE.match(token):
            break
        if token in words.negations:
            return valence * _NEGATED
        if token in words.boosters:
            valence *= 1.25
        elif token in words.dampeners:
            valence *= 0.7
    return valence
