"""Where blobs lie: a file system, and what can be done with names on it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.blobs.failure import MissingBlob

OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci"})
"""There a file appears when it is complete, and a new name is a new copy."""
PART_BYTES = 8 * 1024 * 1024
"""What is sent at once to an object store: a writer holds so much in memory."""
PATIENCE: dict[str, dict[str, Any]] = {
    "s3": {
        "default_block_size": PART_BYTES,
        "use_listings_cache": False,
        "config_kwargs": {"connect_timeout": 5, "read_timeout": 30, "retries": {"max_attempts": 1}},
    }
}
"""Options of file systems that would wait too long or hold too much by themselves."""
_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a file system (``files``, of fsspec)."""

    files: Any
    root: str
    is_local: bool
    renames: bool
    """Whether a file gets its name only when it is complete."""

    def path(self, key: str) -> str:
        """Where the file of ``key`` lies; `MissingBlob` where it can be no key."""
        if not _KEY.fullmatch(key):
            raise MissingBlob(key)
        return f"{self.root}/{key}"

    def make_folder(self, key: str) -> None:
        """Make the folder of ``key``'s file where it is missing."""
        folder = self.path(key).rpartition("/")[0]
        if self.is_local:
            _make_lasting(Path(folder))
        elif self.renames:
            self.files.makedirs(folder, exist_ok=True)


def open_place(url: str) -> Place:
    """The folder at ``url``; its file system may raise anything."""
    from fsspec.core import url_to_fs

    protocol = url.partition("://")[0] if "://" in url else "file"
    files, root = url_to_fs(url, **PATIENCE.get(protocol, {}))
    return Place(
        files=files,
        root=root.rstrip("/"),
        is_local=protocol in ("file", "local"),
        renames=protocol not in OBJECT_STORES,
    )


def _make_lasting(folder: Path) -> None:
    """Make a folder, and its name last a power cut."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in the folder last: a new one may be forgotten in a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
