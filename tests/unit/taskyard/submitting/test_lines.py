"""How a file of tasks is cut into pieces."""

from __future__ import annotations

import io

import pytest

from taskyard.submitting import lines
from taskyard.submitting.lines import LARGEST_LINE_BYTES, Line, Piece, pieces


def cut(text: bytes, size: int = 2, before: int = 0) -> list[Piece]:
    """The pieces of a file."""
    return list(pieces(io.BytesIO(text), before, size))


def numbers(piece: Piece) -> list[int]:
    """The numbers of its lines."""
    return [line.number for line in piece.lines]


def test_blank_lines_are_counted_and_left_out() -> None:
    first, second = cut(b"a\n\n  \nb\nc")

    assert first == Piece((Line(1, b"a"), Line(4, b"b")), b"a\n\n  \nb\n", 4)
    assert second == Piece((Line(5, b"c"),), b"c", 5)


@pytest.mark.parametrize("text", [b"", b"a", b"a\n", b"\n\n", b"a\r\nb\r\n\r\n", b"\xff\n{"])
def test_every_byte_is_in_one_piece(text: bytes) -> None:
    assert b"".join(piece.read for piece in cut(text)) == text


def test_the_rest_of_a_file_is_cut_as_it_would_have_been() -> None:
    text = b"a\nb\nc\nd\ne\n"
    whole = cut(text)
    for before, piece in enumerate(whole):
        done = b"".join(one.read for one in whole[:before])
        assert cut(text[len(done) :], before=2 * before)[0] == piece


def test_a_lone_carriage_return_ends_no_line() -> None:
    (piece,) = cut(b'{"a":\r1}\r\n')
    assert piece.lines == (Line(1, b'{"a": 1}'),)


def test_a_piece_has_no_more_bytes_than_a_request_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_BYTES", 4)
    assert [numbers(piece) for piece in cut(b"aaa\nb\ncccccc\nd\n", 10)] == [[1], [2, 3], [4]]


def test_a_line_that_no_gateway_takes_is_known_as_such() -> None:
    assert Line(1, b"x" * (LARGEST_LINE_BYTES + 1)).is_too_long
    assert not Line(1, b"x" * LARGEST_LINE_BYTES).is_too_long
