"""How large the members of an archive really are, whatever its list says."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

MOST_RATIO = 1032
"""Deflate packs no more than so many bytes into one."""
_LOCAL_HEADER = 30
_PIECE = 256 * 1024


def sizes(path: Path, members: Sequence[zipfile.ZipInfo]) -> Iterator[int]:
    """The bytes that come out, piece by piece, none of which is kept; `zlib.error`."""
    with path.open("rb") as file:
        for member in members:
            if member.compress_type == zipfile.ZIP_DEFLATED:
                _go_to_data(file, member)
                yield from _inflated(file, member.compress_size)
            else:
                yield member.file_size


def _go_to_data(file: BinaryIO, member: zipfile.ZipInfo) -> None:
    """Pass the member's own header, which names it once more."""
    file.seek(member.header_offset)
    header = file.read(_LOCAL_HEADER)
    name, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    file.seek(name + extra, 1)


def _inflated(file: BinaryIO, packed: int) -> Iterator[int]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed > 0 and not inflate.eof:
        piece = file.read(min(_PIECE, packed))
        if not piece:
            return
        packed -= len(piece)
        while piece and not inflate.eof:
            yield len(inflate.decompress(piece, _PIECE))
            piece = inflate.unconsumed_tail
