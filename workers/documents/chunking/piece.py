"""Pieces: what a document's text is cut into, at places where its meaning allows it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A chunk that may not have a vector yet; ``text_hash`` is the SHA-256 of its text."""

    position: int
    page_number: int | None
    text: str
    text_hash: str


def cut(
    pages: Iterable[Mapping[str, Any]], chunk_size: int, count_tokens: Callable[[str], int]
) -> Iterator[Piece]:
    """The pieces of ``pages`` (``pageNumber``, ``text``, ``tables``) of ``chunk_size`` or less.

    A piece lies on one page.
    """
    texts = (
        (page.get("pageNumber"), text)
        for page in pages
        for text in _split(_storable(_said(page)), chunk_size, count_tokens)
    )
    for position, (page_number, text) in enumerate(texts):
        digest = hashlib.sha256(text.encode()).hexdigest()
        yield Piece(position=position, page_number=page_number, text=text, text_hash=digest)


def _said(page: Mapping[str, Any]) -> str:
    """All that a page says: its text, and those tables whose first row does not stand in it."""
    text = page.get("text") or ""
    others = [
        "\n".join("\t".join(map(str, row)) for row in table)
        for table in page.get("tables") or ()
        if table and any(str(cell) not in text for cell in table[0])
    ]
    return "\n\n".join([text, *others])


def _split(text: str, chunk_size: int, count_tokens: Callable[[str], int]) -> list[str]:
    from semchunk.semchunk import chunk

    if not text.strip():
        return []
    # its memory of counted texts would grow as long as the process lives
    texts = chunk(text, chunk_size, count_tokens, memoize=False)
    return [stripped for each in texts if (stripped := str(each).strip())]


def _storable(text: str) -> str:
    """``text`` without what no store keeps: NUL, and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
