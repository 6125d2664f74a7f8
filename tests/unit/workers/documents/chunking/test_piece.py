"""Text is cut where its meaning allows it, into pieces of a size, page by page."""

from __future__ import annotations

import pytest

from workers.documents.chunking.piece import Piece, cut


def words(text: str) -> int:
    """A token is a word."""
    return len(text.split())


def pieces(*texts: str, size: int = 4) -> list[Piece]:
    pages = [{"pageNumber": number, "text": text} for number, text in enumerate(texts, 1)]
    return list(cut(pages, size, words))


def test_no_piece_crosses_a_page() -> None:
    found = pieces("One two. Three four. Five six.", "Seven.")
    assert [(p.position, p.page_number, p.text) for p in found] == [
        (0, 1, "One two. Three four."),
        (1, 1, "Five six."),
        (2, 2, "Seven."),
    ]


def test_the_same_text_has_the_same_hash_wherever_it_stands() -> None:
    first, *_, last = pieces("Same words.", "Other words.", "Same words.")
    assert first.text_hash == last.text_hash != pieces("Other words.")[0].text_hash


@pytest.mark.parametrize("text", ["", " \n\t ", "\0"])
def test_a_page_without_words_has_no_piece(text: str) -> None:
    assert pieces(text) == []


def test_what_no_store_keeps_is_left_out() -> None:
    (piece,) = pieces("a\0b \ud800 c")
    assert piece.text == "a b ? c"
    piece.text.encode()


@pytest.mark.parametrize(
    "text",
    ["x" * 5000, "字" * 5000, "a " * 5000, "(" * 3000, "\n" * 3000 + "end", "a.b" * 2000],
    ids=["one word", "no spaces", "words", "brackets", "empty lines", "points"],
)
def test_odd_texts_are_cut_into_pieces_of_the_size(text: str) -> None:
    found = list(cut([{"pageNumber": None, "text": text}], 100, len))
    assert all(len(piece.text) <= 100 for piece in found)
    assert "".join("".join(p.text.split()) for p in found) == "".join(text.split())


def test_a_table_is_cut_with_its_page_unless_the_text_has_it_already() -> None:
    table = [["City", "Rain"], ["Bergen", "much"]]
    (inside,) = cut(
        [{"pageNumber": 1, "text": "City\tRain\nBergen\tmuch", "tables": [table]}], 9, words
    )
    assert inside.text == "City\tRain\nBergen\tmuch"
    (text, beside) = cut([{"pageNumber": 1, "text": "Weather.", "tables": [table, []]}], 4, words)
    assert (text.text, beside.text) == ("Weather.", "City\tRain\nBergen\tmuch")
