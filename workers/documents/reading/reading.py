"""What was read in a file. Values only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from workers.documents.reading.counting import word_count

Table = Sequence[Sequence[str]]
"""Rows of cells."""
Tell = Callable[[int, int], None]
"""Told how many pages are read, and of how many; may raise to end the reading."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page, slide or sheet; what has no pages is one."""

    text: str
    tables: Sequence[Table] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a file says of itself; times in ISO 8601."""

    title: str | None = None
    author: str | None = None
    created_at: str | None = None
    modified_at: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``format`` is a file's usual ending, ``method`` names what read it.

    ``language`` is a code of two letters, None where there is too little text to tell.
    """

    pages: Sequence[Page]
    facts: Facts
    language: str | None
    format: str
    mime_type: str
    method: str

    @property
    def word_count(self) -> int:
        """The words of all pages."""
        return sum(word_count(page.text) for page in self.pages)

    def document(self) -> dict[str, Any]:
        """The pages as they are kept."""
        return {"pages": [_page(number, page) for number, page in enumerate(self.pages, 1)]}


def _page(number: int, page: Page) -> dict[str, Any]:
    tables = {"tables": page.tables} if page.tables else {}
    return {"pageNumber": number, "text": page.text, **tables}
