"""What is asked for, and what was written. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from workers.documents.writing.page import Page

KINDS = ("summary", "keywords", "answer")
MOST_SOURCES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``prompt`` is the question of an answer; elsewhere what is to be minded besides."""

    kind: str
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """``text`` for a summary or an answer, ``keywords`` else; ``method`` says who wrote it."""

    method: str
    text: str = ""
    keywords: Sequence[str] = ()
    sources: Sequence[dict[str, Any]] = ()


class Tell(Protocol):
    """Tells how far the writing is."""

    def __call__(self, percent: float) -> None:
        """0 to 100; raises what ends the writing where nobody wants it any more."""


class Writer(Protocol):
    """Who writes."""

    def write(self, wish: Wish, pages: Sequence[Page], tell: Tell) -> Piece:
        """What is wished for, about ``pages``; `TaskError` where it cannot be had."""


def sources_of(pages: Sequence[Page]) -> list[dict[str, Any]]:
    """The places of ``pages``, each once, in order."""
    seen = {(page.document_id, page.number): page.source for page in pages}
    return list(seen.values())[:MOST_SOURCES]
