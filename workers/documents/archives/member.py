"""One file in an archive, and what its name may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workers.documents.archives.refusal import MemberRefused

_DRIVE = re.compile(r"[a-zA-Z]:")
_LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$)")
"""What systems put beside people's files."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file: where it lies in its archive, the size that its archive claims, how to read it.

    ``refusal`` says why it is not to be read. ``chunks`` works once, and before the next member
    is asked for; it raises `MemberRefused` or `ArchiveRefused`.
    """

    path: str
    size_bytes: int
    chunks: Callable[[], Iterator[bytes]]
    refusal: str | None = None

    def read(self) -> Iterator[bytes]:
        """Its content, piece by piece; raises for one that is refused."""
        if self.refusal is not None:
            raise MemberRefused(self.refusal)
        return self.chunks()


def path_refusal(path: str) -> str | None:
    """Why a file of that name is not taken: its name leads out of the archive; else None."""
    plain = path.replace("\\", "/")
    if not plain:
        return "it has no name"
    if plain.startswith("/") or _DRIVE.match(plain):
        return "its name is an absolute path"
    if ".." in plain.split("/"):
        return "its name leads out of the archive"
    return None


def is_litter(path: str) -> bool:
    """Whether the file was put there by a system, not by a person."""
    return _LITTER.search(path) is not None
