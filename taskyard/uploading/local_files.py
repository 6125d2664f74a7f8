"""The files below a folder of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file, its size in bytes, and its ``name``: the path from the folder on."""

    path: Path
    name: str
    size_bytes: int


def files_below(folder: Path) -> list[LocalFile]:
    """Every file in ``folder`` and the folders in it, by name; hidden ones are left out.

    Links to folders are not followed. What is no plain file is left out. A folder that cannot be
    looked into stands for what is in it: its name ends in a slash, and it cannot be read either.
    """
    return sorted(_walk(folder, folder), key=lambda file: file.name)


def _walk(root: Path, folder: Path) -> Iterator[LocalFile]:
    try:
        with os.scandir(folder) as listed:
            entries = list(listed)
    except OSError:
        yield LocalFile(folder, f"{_shown(folder.relative_to(root))}/", 0)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, path)
        elif entry.is_file():
            yield LocalFile(path, _shown(path.relative_to(root)), _size(entry))


def _size(entry: os.DirEntry[str]) -> int:
    """In bytes; 0 for what vanished just now, which shows when it is sent."""
    try:
        return entry.stat().st_size
    except OSError:
        return 0


def _shown(path: Path) -> str:
    """``path`` as text that can be printed and sent, whatever bytes its name consists of."""
    return os.fsencode(path).decode(errors="replace")
