"""The writer that comes with the yard: it writes nothing itself, it finds what is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workers.documents.writing import extract, keywords
from workers.documents.writing.nearest import by_nearness
from workers.documents.writing.page import Page
from workers.documents.writing.passages import joined, passages
from workers.documents.writing.piece import Piece, Tell, Wish, sources_of

if TYPE_CHECKING:
    from shared.vectors.embedder import Embedder


class ExtractWriter:
    """A `Writer` that quotes: central sentences, frequent terms, the passage nearest a question."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def write(self, wish: Wish, pages: Sequence[Page], tell: Tell) -> Piece:
        """An extract; nothing but a question is minded of a prompt."""
        tell(0)
        if wish.kind == "summary":
            return _summary(pages, tell)
        if wish.kind == "keywords":
            return Piece(method=keywords.METHOD, keywords=keywords.keywords(pages, tell))
        return self._answer(wish.prompt, pages, tell)

    def _answer(self, question: str, pages: Sequence[Page], tell: Tell) -> Piece:
        best = by_nearness(question, list(passages(pages)), self._embedder, tell)[0]
        method = f"extract ({self._embedder.model})"
        return Piece(method=method, text=best.text, sources=[best.page.source])


def _summary(pages: Sequence[Page], tell: Tell) -> Piece:
    chosen = extract.extract(pages, tell)
    return Piece(
        method=extract.METHOD,
        text=joined(chosen),
        sources=sources_of([quote.page for quote in chosen]),
    )
