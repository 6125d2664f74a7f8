"""The blob store: files by their keys, on the file system that the settings name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from shared.blobs.blob import Written
from shared.blobs.failure import looking_for, reaching
from shared.blobs.place import Place, open_place
from shared.blobs.stale import stale_keys
from shared.blobs.writer import UNFINISHED, Writer


class BlobStore:
    """Contents at an fsspec ``url``; nothing is opened before it is needed.

    It may be used by many threads, and by children that are forked after it was used. Every call
    raises `Unavailable` where the file system does not answer.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._opened: tuple[int, Place] | None = None

    def writer(self) -> Writer:
        """Begin a new content; a context manager."""
        return Writer(self._place())

    def write(self, data: bytes) -> Written:
        """Write a content that is in memory; it is to be kept as any other."""
        with self.writer() as writer:
            writer.write(data)
            return writer.finish()

    def open(self, key: str) -> BinaryIO:
        """The content as a seekable stream, for the caller to close; `MissingBlob`."""
        place = self._place()
        with looking_for(key):
            return cast(BinaryIO, place.files.open(place.path(key), "rb"))

    def read(self, key: str) -> bytes:
        """The whole content, for small ones; `MissingBlob`."""
        place = self._place()
        with looking_for(key):
            return cast(bytes, place.files.cat_file(place.path(key)))

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """The content as a file of this host, only to be read; `MissingBlob`.

        It is the blob's own file where blobs are kept here, else a copy for the time being.
        """
        place = self._place()
        if place.is_local:
            with looking_for(key):
                file = Path(place.path(key))
                file.stat()
            yield file
            return
        with tempfile.TemporaryDirectory(prefix="taskyard-blob-") as folder:
            copy = Path(folder) / "content"
            with looking_for(key):
                place.files.get_file(place.path(key), str(copy))
            yield copy

    def is_made(self) -> bool:
        """Whether the place is there; it is made with the first content."""
        place = self._place()
        with reaching():
            return bool(place.files.exists(place.root))

    def remove(self, key: str) -> None:
        """Remove a file that no row names; one that is gone already is no error."""
        place = self._place()
        with reaching():
            try:
                place.files.rm_file(place.path(key))
            except FileNotFoundError:
                return

    def stale(self, shard: str, before: datetime) -> list[str]:
        """The keys of files in ``shard`` (two hexadecimal digits) last written ``before``.

        Files that were never finished are removed on the way.
        """
        place = self._place()
        with reaching():
            found = stale_keys(place, shard, before)
            for name in found:
                if name.endswith(UNFINISHED):
                    place.files.rm_file(f"{place.root}/{name}")
        return [name for name in found if not name.endswith(UNFINISHED)]

    def _place(self) -> Place:
        """The place, as opened in this process: connections do not survive a fork."""
        pid = os.getpid()
        if self._opened is None or self._opened[0] != pid:
            with reaching():
                self._opened = (pid, open_place(self.url))
        return self._opened[1]
