"""Reading xz, with a limit on the memory that a file may ask for."""

from __future__ import annotations

import io
import lzma
from typing import BinaryIO

from workers.documents.archives.limits import MIB, PIECE_BYTES

MEMORY_BYTES = 160 * MIB
"""Enough for ``xz -9``; a header may ask for 4 GiB."""


class XzFile(io.RawIOBase):
    """The content of the xz file ``packed``, which may be several streams in a row."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._stream = _stream()

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill ``buffer`` as far as one step goes; 0 at the end."""
        while True:
            raw = self._more()
            if raw is None:
                return 0
            data = self._stream.decompress(raw, max_length=len(buffer))
            if data:
                buffer[: len(data)] = data
                return len(data)

    def _more(self) -> bytes | None:
        """What to feed next, perhaps nothing; None at the end."""
        if self._stream.eof:
            return self._next_stream()
        if not self._stream.needs_input:
            return b""
        raw = self._packed.read(PIECE_BYTES)
        if not raw:
            raise EOFError
        return raw

    def _next_stream(self) -> bytes | None:
        rest = self._stream.unused_data or self._packed.read(PIECE_BYTES)
        while rest and not rest.lstrip(b"\0"):
            rest = self._packed.read(PIECE_BYTES)
        self._stream = _stream() if rest else self._stream
        return rest.lstrip(b"\0") or None


def _stream() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY_BYTES)
