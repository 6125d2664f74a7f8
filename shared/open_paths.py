"""Which files of this machine callers may have read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class Places(Protocol):
    """What `Settings` say about files: the roots below which callers may have them read, and
    where the yard keeps its own."""

    @property
    def local_roots(self) -> tuple[Path, ...]:
        """Folders, their links resolved."""

    @property
    def home(self) -> Path:
        """The yard's folder."""

    @property
    def blobs_url(self) -> str:
        """Where blobs are."""

    @property
    def database_url(self) -> str:
        """Where the store is."""


def is_open(path: Path, places: Places) -> bool:
    """Whether callers may have ``path`` (resolved) read: below a root, and none of the yard's own
    files, wherever they are kept."""
    below = any(path.is_relative_to(root) for root in places.local_roots)
    return below and not any(path.is_relative_to(own) for own in own_paths(places))


def own_paths(places: Places) -> Iterator[Path]:
    """Where the yard's own files are: in HOME, and what lies elsewhere: SQLite's file with those
    beside it, the folder of blobs."""
    yield places.home.resolve()
    if places.blobs_url.startswith("file://"):
        yield Path(places.blobs_url.removeprefix("file://")).resolve()
    if places.database_url.startswith("sqlite:///"):
        database = Path(places.database_url.removeprefix("sqlite:///")).resolve()
        yield from (database.with_name(database.name + end) for end in ("", "-wal", "-shm"))
