"""A file on its way out: read piece by piece, telling how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

PIECE_BYTES = 256 * 1024


class Upload:
    """A file to be sent; httpx learns its length by `seek` and `tell`, and reads it once.

    ``told`` hears how many bytes have been read so far; it may raise to stop the sending.
    """

    def __init__(self, path: Path, told: Callable[[int], object] = lambda _: None) -> None:
        self._file = path.open("rb")
        self._told = told

    def __enter__(self) -> Upload:
        """The file is open from the beginning on."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self._file.close()

    def __iter__(self) -> Iterator[bytes]:
        """All of it, piece by piece."""
        while piece := self.read(PIECE_BYTES):
            yield piece

    def read(self, size: int = -1) -> bytes:
        """The next ``size`` bytes, or all that is left."""
        piece = self._file.read(size)
        self._told(self._file.tell())
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to another place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The present place."""
        return self._file.tell()
