"""What is left to do for a document, given what is there already. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from workers.documents.chunking.piece import Piece


class Held(Protocol):
    """A chunk that the store holds."""

    number: int
    position: int
    page_number: int | None
    text_hash: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Numbers of chunks to drop, chunks that stay at another place, pieces that are not there."""

    dropped: list[int]
    moves: list[dict[str, Any]]
    missing: list[Piece]

    @property
    def is_none(self) -> bool:
        """Whether everything is as it should be."""
        return not (self.dropped or self.moves or self.missing)


def difference(held: Sequence[Held], pieces: Iterable[Piece], model: str) -> Difference:
    """From ``held`` to ``pieces``: a chunk of ``model`` with a piece's text is that piece."""
    by_text: defaultdict[str, list[Held]] = defaultdict(list)
    for one in reversed(held):
        if one.model == model:
            by_text[one.text_hash].append(one)
    moves, missing = [], []
    for piece in pieces:
        same = by_text[piece.text_hash]
        chunk = same.pop() if same else None
        if chunk is None:
            missing.append(piece)
        elif not _is_at_place(chunk, piece):
            moves.append(_move(chunk, piece))
    left = {one.number for some in by_text.values() for one in some}
    others = (one.number for one in held if one.model != model)
    return Difference(dropped=sorted({*left, *others}), moves=moves, missing=missing)


def _is_at_place(chunk: Held, piece: Piece) -> bool:
    return (chunk.position, chunk.page_number) == (piece.position, piece.page_number)


def _move(chunk: Held, piece: Piece) -> dict[str, Any]:
    return {
        "number": chunk.number,
        "position": piece.position,
        "page_number": piece.page_number,
    }
