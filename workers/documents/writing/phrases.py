"""The phrases of a sentence that may be terms: one to three words that say something. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.documents.writing.language import stemmer, stop_words
from workers.documents.writing.words import Word, is_han, words

MOST_WORDS = 3
MOST_CHARACTERS = 6
"""Of Chinese, which is taken character by character."""
_JOINTS = frozenset("de du des d' d’ la las los l' l’ del of".split())
"""Words that say nothing, and may stand within a phrase: salle d'attente, bill of rights."""
Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """``stems`` are those of its words that say something, ``form`` is how it is written."""

    stems: Stems
    form: str


def phrases(sentence: str, language: str | None) -> Iterator[Phrase]:
    """Every phrase of ``sentence``, longer and shorter ones, from left to right."""
    stem = stemmer(language)
    found = list(words(sentence, language))
    counts = _say_something(found, language)
    for start, word in enumerate(found):
        if not counts[start]:
            continue
        stems: list[str] = []
        for at in range(start, len(found)):
            if at > start and not _follows(found[at - 1], found[at], sentence):
                break
            if counts[at]:
                stems.append(stem(found[at].text))
                yield Phrase(tuple(stems), sentence[word.start : found[at].end])
            elif found[at].text not in _JOINTS:
                break
            if len(stems) == (MOST_CHARACTERS if is_han(word) else MOST_WORDS):
                break


def _say_something(found: Sequence[Word], language: str | None) -> list[bool]:
    """Which words are neither stop words nor numbers nor single letters."""
    stop = stop_words(language)
    counts = [
        word.text not in stop and not word.is_number and (len(word.text) > 1 or is_han(word))
        for word in found
    ]
    for at in range(len(found) - 1):
        if is_han(found[at]) and found[at].text + found[at + 1].text in stop:
            counts[at] = counts[at + 1] = False
    return counts


def _follows(before: Word, word: Word, sentence: str) -> bool:
    """Whether nothing but a space or a hyphen stands between them, and both are of one script."""
    between = sentence[before.end : word.start]
    return is_han(before) == is_han(word) and between in ("", " ", "-")
