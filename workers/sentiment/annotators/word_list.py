"""A language's word list, folded and ready for look-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from workers.sentiment.annotators.folding import folded

_SHORTEST_STEM = 2


@dataclass(frozen=True)
class WordList:
    """Valences (-3 to 3) of words and of stems, and the words that change them."""

    exact: Mapping[str, float]
    stems: Mapping[str, float]
    negations: frozenset[str]
    boosters: frozenset[str]
    dampeners: frozenset[str]
    contrasts: frozenset[str]
    prefixes: tuple[str, ...] = ()

    def valence(self, word: str) -> float:
        """The valence of a folded word, 0 when it has none; Arabic joined particles are tried."""
        found = self._plain(word)
        for prefix in self.prefixes if not found else ():
            if word.startswith(prefix) and len(word) > len(prefix) + 2:
                found = found or self._plain(word[len(prefix) :])
        return found

    def _plain(self, word: str) -> float:
        if word in self.exact:
            return self.exact[word]
        for size in range(len(word), _SHORTEST_STEM, -1):
            if word[:size] in self.stems:
                return self.stems[word[:size]]
        return 0.0


@cache
def word_list(language: str) -> WordList:
    """The list of a language that has its module in ``words``, read once per process."""
    source = import_module(f"workers.sentiment.annotators.words.{language}")
    exact: dict[str, float] = {}
    stems: dict[str, float] = {}
    for valence, text in source.VALENCES.items():
        for word in folded(text).split():
            kind = stems if word.endswith("*") else exact
            kind.setdefault(word.rstrip("*"), float(valence))
    return WordList(
        exact,
        stems,
        negations=_set(source.NEGATIONS),
        boosters=_set(source.BOOSTERS),
        dampeners=_set(source.DAMPENERS),
        contrasts=_set(source.CONTRASTS),
        prefixes=getattr(source, "PREFIXES", ()),
    )


def _set(text: str) -> frozenset[str]:
    return frozenset(folded(text).split())
