"""Writing one blob, while its hash is computed; it is there as a whole or not at all."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

from shared.blobs.blob import Written
from shared.blobs.failure import reaching
from shared.blobs.place import Place, sync_folder
from shared.errors import Unavailable

UNFINISHED = ".part"
"""The end of a file's name while it is written, where names can be changed afterwards."""
BEGINNING_BYTES = 64


class Writer:
    """Takes a content piece by piece; what is not finished at the end of its block is removed.

    ``beginning`` are its first `BEGINNING_BYTES`, by which many kinds of files are known.
    Every call raises `Unavailable` where the blob store cannot be written.
    """

    def __init__(self, place: Place) -> None:
        name = uuid4().hex
        self.size_bytes = 0
        self.beginning = b""
        self._place = place
        self._key = f"{name[:2]}/{name}"
        self._hash = hashlib.sha256()
        self._path = place.path(self._key) + (UNFINISHED if place.renames else "")
        self._file: Any = None
        with reaching():
            place.make_folder(self._key)
            self._file = place.files.open(self._path, "wb")

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Add ``data``."""
        self._hash.update(data)
        self.size_bytes += len(data)
        self.beginning += bytes(data[: BEGINNING_BYTES - len(self.beginning)])
        with reaching():
            self._file.write(data)

    def finish(self) -> Written:
        """End the content; it is to be kept (`keep`) or to be removed (`BlobStore.remove`)."""
        with reaching():
            self._close()
            size = self._place.files.size(self._path)
            if size != self.size_bytes:
                raise Unavailable(f"The blob store has {size} bytes of {self.size_bytes}.")
            if self._place.renames:
                self._rename()
        self._file = None
        return Written(self._hash.hexdigest(), self._key, self.size_bytes)

    def discard(self) -> None:
        """Remove what was written; nothing where it was finished."""
        file, self._file = self._file, None
        if file is None:
            return
        with reaching():
            if self._place.renames:
                file.close()
                self._place.files.rm_file(self._path)
            else:
                self._abort(file)

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.discard()
        except Unavailable:
            if error is None:
                raise

    def _close(self) -> None:
        if self._place.is_local:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()

    def _rename(self) -> None:
        final = self._place.path(self._key)
        self._place.files.mv(self._path, final)
        if self._place.is_local:
            sync_folder(Path(final).parent)

    def _abort(self, file: Any) -> None:
        """End an upload to an object store; nothing is there, or the whole file is."""
        was_closed = file.closed
        file.closed = True  # or its finalizer would write what is left
        if was_closed:
            self._place.files.rm_file(self._path)
        with suppress(OSError):  # there may be no upload to end
            file.discard()
