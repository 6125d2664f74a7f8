"""What a tar is read from: forward only, and never more at once than is allowed.

`tarfile` reads a header's extension as a whole, however long the archive says it is.
"""

from __future__ import annotations

from typing import BinaryIO, Protocol

from workers.documents.archives.limits import MIB, PIECE_BYTES, Limits
from workers.documents.archives.refusal import ArchiveRefused, ArchiveTooLarge

HEADER_BYTES = MIB
"""The most that may be read for one file's header."""
OVERHEAD_BYTES = 4096
"""What a file takes in a tar beside its content, as a rule."""


class Packed(Protocol):
    """The file below, which tells how far it was read."""

    def tell(self) -> int:
        """Bytes read by now."""


class Tape:
    """A stream of unpacked bytes; ``packed`` is the file that they come from."""

    def __init__(self, unpacked: BinaryIO, packed: Packed, limits: Limits) -> None:
        self._unpacked = unpacked
        self._packed = packed
        self._limits = limits
        self._at = 0
        self._header_left: int | None = HEADER_BYTES
        self.is_short = False
        """Whether it ended before all that was asked for was read."""

    def begin_header(self) -> None:
        """A header is read next."""
        self._header_left = HEADER_BYTES

    def begin_content(self) -> None:
        """A file is read next."""
        self._header_left = None

    def tell(self) -> int:
        """Where it stands."""
        return self._at

    def seek(self, position: int, _whence: int = 0) -> int:
        """Go forward."""
        if position < self._at:
            raise ArchiveRefused("it is damaged: it leads back")
        while self._at < position:
            if not self._take(min(PIECE_BYTES, position - self._at)):
                break
        return self._at

    def read(self, size: int = -1) -> bytes:
        """``size`` bytes, fewer at the end."""
        if not 0 <= size <= HEADER_BYTES:
            raise ArchiveRefused("it is damaged, or made to harm: it has a giant header")
        if self._header_left is not None:
            self._header_left -= size
            if self._header_left < 0:
                raise ArchiveRefused("it is damaged, or made to harm: it has a giant header")
        pieces = []
        while size > 0 and (piece := self._take(size)):
            pieces.append(piece)
            size -= len(piece)
        self.is_short = size > 0
        return b"".join(pieces)

    def _take(self, size: int) -> bytes:
        piece = self._unpacked.read(size)
        self._at += len(piece)
        self._limits.check_ratio(self._at, self._packed.tell(), ArchiveRefused)
        if self._at > self._limits.size_bytes + self._limits.members * OVERHEAD_BYTES + MIB:
            raise ArchiveTooLarge(f"it unpacks to more than {self._limits.size_bytes} bytes")
        return piece
