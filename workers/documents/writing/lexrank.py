"""LexRank: the sentences of a text that most others resemble (sumy's, with matrices by numpy)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log
from typing import Any

import numpy as np
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.summarizers.lex_rank import LexRankSummarizer

from workers.documents.writing.language import stemmer, stop_words
from workers.documents.writing.words import is_han, words


class _Terms:
    """What sumy asks a tokenizer for: what a sentence has in common with others."""

    def __init__(self, language: str | None) -> None:
        self._language = language

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(terms(sentence, self._language))


def terms(sentence: str, language: str | None) -> list[str]:
    """The stems of the words that say something; of Chinese, pairs of characters."""
    stop, stem = stop_words(language), stemmer(language)
    found = [word for word in words(sentence, language) if word.text not in stop]
    plain = [stem(word.text) for word in found if not is_han(word) and not word.is_number]
    han = [word for word in found if is_han(word)]
    pairs = pairwise(han)
    return plain + [a.text + b.text for a, b in pairs if a.end == b.start]


class _LexRank(LexRankSummarizer):  # type: ignore[misc]
    """sumy compares each pair of sentences in Python: a minute for what numpy does in a moment.

    To sumy a sentence resembles itself, so that one which resembles no other is as central as
    those that many do. Here a step in the graph stays where it is half of the time instead, which
    keeps what sumy iterates from swinging for ever. And to sumy a word that is in most of a few
    sentences weighs nothing, so that a short text had no centre.
    """

    @staticmethod
    def _compute_idf(sentences: Sequence[Sequence[str]]) -> dict[str, float]:
        counts = Counter(term for sentence in sentences for term in set(sentence))
        return {term: log(1 + len(sentences) / count) for term, count in counts.items()}

    def _create_matrix(
        self,
        sentences: Sequence[Sequence[str]],
        threshold: float,
        tf_metrics: Sequence[Mapping[str, float]],
        idf_metrics: Mapping[str, float],
    ) -> Any:
        columns = {term: at for at, term in enumerate(idf_metrics)}
        weights = np.zeros((len(sentences), len(columns) or 1))
        for row, frequencies in enumerate(tf_metrics):
            for term, frequency in frequencies.items():
                weights[row, columns[term]] = frequency * idf_metrics[term]
        lengths = np.linalg.norm(weights, axis=1, keepdims=True)
        unit = np.divide(weights, lengths, out=np.zeros_like(weights), where=lengths > 0)
        alike = (unit @ unit.T > threshold).astype(float)
        np.fill_diagonal(alike, 0.0)
        steps = alike / np.maximum(alike.sum(axis=1, keepdims=True), 1.0)
        return (steps + np.eye(len(steps))) / 2


def best(given: Sequence[tuple[str, str | None]], most: int) -> list[int]:
    """The places of the ``most`` central ones of ``given`` sentences and languages, in order."""
    if len(given) <= most:
        return list(range(len(given)))
    first: dict[str, int] = {}
    for place, (text, _) in enumerate(given):
        first.setdefault(text, place)
    tokenizers = {language: _Terms(language) for _, language in given}
    listed = [Sentence(text, tokenizers[given[at][1]]) for text, at in first.items()]
    document = ObjectDocumentModel([Paragraph(listed)])
    chosen = {str(sentence) for sentence in _LexRank()(document, most)}
    return [at for text, at in first.items() if text in chosen]
