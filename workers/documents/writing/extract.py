"""An extract: the few sentences of any number of pages that say most of what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from workers.documents.writing.language import known
from workers.documents.writing.lexrank import best
from workers.documents.writing.page import Page
from workers.documents.writing.piece import Tell
from workers.documents.writing.sentences import sentences
from workers.documents.writing.words import count

METHOD = "extract (LexRank)"
WINDOW = 240
"""Sentences compared with each other at once: their number counts twice."""
_KEPT = 24
_FEWEST_WORDS, _MOST_WORDS = 4, 80
SHORTEST, LONGEST = 3, 8
"""How many sentences an extract has; one of each thirty, between these."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence, and the page it is on."""

    text: str
    page: Page


def quotes(pages: Iterable[Page]) -> Iterator[Quote]:
    """The sentences of ``pages``."""
    for page in pages:
        yield from (Quote(sentence, page) for sentence in sentences(page.text))


def extract(pages: Iterable[Page], tell: Tell = lambda percent: None) -> list[Quote]:
    """The most central sentences, in the order of the pages.

    Of a long text they are found in steps: the best of each part, then the best of those.
    """
    candidates = _whole_ones(list(quotes(pages)))
    most = min(LONGEST, max(SHORTEST, len(candidates) // 30))
    while len(candidates) > WINDOW:
        chosen: list[Quote] = []
        for at in range(0, len(candidates), WINDOW):
            tell(90 * at / len(candidates))
            chosen += _best(candidates[at : at + WINDOW], _KEPT)
        candidates = chosen
    return _best(candidates, most)


def _best(given: Sequence[Quote], most: int) -> list[Quote]:
    return [given[at] for at in best([(q.text, known(q.page.language)) for q in given], most)]


def _whole_ones(given: list[Quote]) -> list[Quote]:
    """Without headings, page numbers and tables, unless there is nothing else."""
    return [quote for quote in given if _is_whole(quote)] or given


def _is_whole(quote: Quote) -> bool:
    length = count(quote.text, known(quote.page.language))
    return _FEWEST_WORDS <= length <= _MOST_WORDS and quote.text[-1] in ".!?…。！？؟\"'”’»)）」』"
