"""Passages: a few sentences of a page, short enough to be an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from workers.documents.writing.extract import Quote, quotes
from workers.documents.writing.page import Page

SENTENCES = 3
STEP = 2
"""A passage begins with every other sentence, so that what belongs together is together in one."""
LONGEST = 900
AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that follow each other on a page."""

    text: str
    page: Page

    def as_page(self) -> Page:
        """Itself, as if its page held nothing else."""
        return replace(self.page, text=self.text)


def passages(pages: Iterable[Page]) -> Iterator[Passage]:
    """The passages of ``pages``; they overlap."""
    for page, found in groupby(quotes(pages), key=lambda quote: quote.page):
        listed = list(found)
        for start in range(0, max(1, len(listed) - 1), STEP):
            yield Passage(joined(listed[start : start + SENTENCES])[:LONGEST], page)


def joined(given: Sequence[Quote]) -> str:
    """Sentences as one text; Chinese ones follow each other without a space."""
    parts = [given[0].text] if given else []
    for quote in given[1:]:
        gap = "" if parts[-1][-1] in "。！？；”』」" else " "
        parts += [gap, quote.text]
    return "".join(parts)
