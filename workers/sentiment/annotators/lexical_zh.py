"""Scoring a Chinese text by a word list: words are found by greedy matching, no segmenter."""

import re

from workers.sentiment.annotators.emoji import valences
from workers.sentiment.annotators.folding import folded
from workers.sentiment.annotators.lexical import Balance
from workers.sentiment.annotators.word_list import WordList

_CLAUSES = re.compile(r"[，。！？；、,.!?;~\s…]+")
_LONGEST = 7
_NEGATED = -0.7
_DENIAL = -0.5
"""Who denies is rarely pleased."""


def balance_of(text: str, words: WordList) -> Balance:
    """The praise and blame in a Chinese text, clause by clause."""
    found: list[float] = []
    for clause in _CLAUSES.split(folded(text)):
        found += _valued(_matches(clause, words), words)
    found += valences(text)
    return Balance(sum(v for v in found if v > 0), -sum(v for v in found if v < 0))


def _matches(clause: str, words: WordList) -> list[str]:
    """The longest known words of a clause, left to right; unknown signs are skipped."""
    matches: list[str] = []
    at = 0
    while at < len(clause):
        heads = (clause[at : at + size] for size in range(_LONGEST, 0, -1))
        word = next((head for head in heads if _known(head, words)), "")
        if word:
            matches.append(word)
        at += max(len(word), 1)
    return matches


def _known(word: str, words: WordList) -> bool:
    return word in words.exact or word in words.negations or word in words.boosters


def _valued(matches: list[str], words: WordList) -> list[float]:
    values: list[float] = []
    factor = 1.0
    for word in matches:
        if word in words.negations and word not in words.exact:
            values.append(_DENIAL)
            factor *= _NEGATED
        elif word in words.boosters and word not in words.exact:
            factor *= 1.25
        else:
            values.append(words.exact.get(word, 0.0) * factor)
            factor = 1.0
    return values
