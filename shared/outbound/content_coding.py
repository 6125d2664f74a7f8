"""Bodies that come compressed although we ask for plain ones, unpacked in small pieces."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

PIECE_BYTES = 256 * 1024
CODINGS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""Content codings, and the window that zlib wants to know."""


def decoder(coding: str) -> zlib._Decompress | None:
    """What unpacks ``coding``, the value of a Content-Encoding header; None for plain bodies.

    Raises `ValueError` for codings that are not taken.
    """
    word = coding.strip().lower()
    if word in ("", "identity"):
        return None
    if word not in CODINGS:
        raise ValueError(coding)
    return zlib.decompressobj(CODINGS[word])


def unpacked(chunks: Iterable[bytes], unpack: zlib._Decompress | None) -> Iterator[bytes]:
    """``chunks``, unpacked; never more than `PIECE_BYTES` at once, whatever was packed.

    Raises `ValueError` for a body that is broken or ends too early.
    """
    if unpack is None:
        yield from chunks
        return
    try:
        for chunk in chunks:
            yield from _pieces(unpack, chunk)
        yield unpack.flush()
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not unpack.eof:
        raise ValueError("it ends too early")


def _pieces(unpack: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    while packed and not unpack.eof:
        piece = unpack.decompress(packed, PIECE_BYTES)
        packed = unpack.unconsumed_tail
        yield piece
