"""What is there already is kept, wherever it stood; the rest goes, and what is missing comes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.documents.chunking.difference import Difference, difference
from workers.documents.chunking.piece import Piece


@dataclass
class Chunk:
    """One that the store holds."""

    number: int
    position: int
    text_hash: str
    model: str = "m"
    page_number: int | None = 1


def held(texts: str, model: str = "m") -> list[Chunk]:
    return [Chunk(n + 1, n, text, model) for n, text in enumerate(texts)]


def wanted(texts: str, page_number: int = 1) -> list[Piece]:
    return [
        Piece(position=n, page_number=page_number, text=t, text_hash=t) for n, t in enumerate(texts)
    ]


def told(found: Difference) -> tuple[list[int], list[tuple[int, int]], str]:
    moves = [(move["number"], move["position"]) for move in found.moves]
    return found.dropped, moves, "".join(piece.text for piece in found.missing)


@pytest.mark.parametrize(
    ("before", "after", "dropped", "moves", "missing"),
    [
        ("", "abc", [], [], "abc"),
        ("abc", "abc", [], [], ""),
        ("abc", "", [1, 2, 3], [], ""),
        ("abc", "xbc", [1], [], "x"),
        ("abc", "xabc", [], [(1, 1), (2, 2), (3, 3)], "x"),
        ("abc", "bc", [1], [(2, 0), (3, 1)], ""),
        ("aab", "aba", [], [(3, 1), (2, 2)], ""),
        ("aa", "a", [2], [], ""),
        ("a", "aa", [], [], "a"),
    ],
)
def test_only_what_changed_is_done(
    before: str, after: str, dropped: list[int], moves: list[tuple[int, int]], missing: str
) -> None:
    assert told(difference(held(before), wanted(after), "m")) == (dropped, moves, missing)


def test_chunks_of_another_model_go() -> None:
    assert told(difference(held("ab", "old"), wanted("ab"), "m")) == ([1, 2], [], "ab")


def test_a_chunk_moves_to_another_page() -> None:
    (move,) = difference(held("a"), wanted("a", page_number=2), "m").moves
    assert move == {"number": 1, "position": 0, "page_number": 2}


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_afterwards_every_piece_is_there_once(before: str, after: str) -> None:
    chunks = {chunk.number: chunk for chunk in held(before)}
    found = difference(list(chunks.values()), wanted(after), "m")
    for number in found.dropped:
        del chunks[number]
    for move in found.moves:
        chunks[move["number"]].position = move["position"]
    there = [(c.position, c.text_hash) for c in chunks.values()]
    there += [(piece.position, piece.text) for piece in found.missing]
    assert sorted(there) == list(enumerate(after))
    assert found.is_none == (before == after)
