"""Walking a tree of folders, one listing a folder, within limits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from shared.sources.source import Entry

MOST_DEPTH = 50
"""How deep folders are followed; a server whose folders contain themselves would have no end."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something in a folder: another folder, or a file with its size and tag."""

    name: str
    key: str
    is_folder: bool = False
    size_bytes: int | None = None
    tag: str | None = None


def walk(look: Callable[[str], Iterable[Found]], root: str, recursive: bool) -> Iterator[Entry]:
    """The files below the folder with the key ``root``, nearest first; ``look`` lists a folder."""
    waiting = deque([("", root, 0)])
    while waiting:
        place, key, depth = waiting.popleft()
        for found in look(key):
            if not is_plain(found.name):
                continue
            path = place + found.name
            if not found.is_folder:
                yield Entry(path, found.key, found.size_bytes, found.tag)
            elif recursive and depth < MOST_DEPTH:
                waiting.append((path + "/", found.key, depth + 1))


def is_plain(name: str) -> bool:
    """Whether a server's ``name`` names something in its folder, and nothing elsewhere."""
    return name not in ("", ".", "..") and "/" not in name
