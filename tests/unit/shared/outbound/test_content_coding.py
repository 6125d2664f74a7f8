from __future__ import annotations

import gzip
import zlib

import pytest

from shared.outbound.content_coding import PIECE_BYTES, decoder, unpacked

TEXT = b"a text of some length, " * 100


@pytest.mark.parametrize("coding", ["", "identity", "Identity "])
def test_a_plain_body_stays_as_it_is(coding: str) -> None:
    assert list(unpacked([b"a", b"b"], decoder(coding))) == [b"a", b"b"]


@pytest.mark.parametrize(
    ("coding", "packed"), [("gzip", gzip.compress(TEXT, mtime=0)), ("DEFLATE", zlib.compress(TEXT))]
)
def test_a_packed_body_is_unpacked(coding: str, packed: bytes) -> None:
    chunks = [packed[:10], packed[10:11], packed[11:]]
    assert b"".join(unpacked(chunks, decoder(coding))) == TEXT


def test_a_bomb_comes_in_small_pieces() -> None:
    bomb = gzip.compress(bytes(4 * PIECE_BYTES))
    pieces = unpacked([bomb], decoder("gzip"))
    assert max(len(piece) for piece in pieces) <= PIECE_BYTES


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_another_coding_is_refused(coding: str) -> None:
    with pytest.raises(ValueError, match=coding):
        decoder(coding)


@pytest.mark.parametrize("packed", [b"no gzip", gzip.compress(TEXT, mtime=0)[:-9], b""])
def test_a_broken_body_is_found_out(packed: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - zlib's words
        list(unpacked([packed], decoder("gzip")))
