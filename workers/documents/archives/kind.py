"""What kind of archive a file is, by its first bytes; pure."""

from __future__ import annotations

import tarfile
from enum import Enum

HEAD_BYTES = 512
SUFFIXES = (".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")


class Kind(Enum):
    """A way of packing; all but `ZIP` and `TAR` are a tar's wrappers."""

    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"


MAGIC = {
    b"PK\x03\x04": Kind.ZIP,
    b"PK\x05\x06": Kind.ZIP,
    b"\x1f\x8b": Kind.GZIP,
    b"BZh": Kind.BZIP2,
    b"\xfd7zXZ\x00": Kind.XZ,
}


def kind_of(head: bytes) -> Kind | None:
    """The kind of the file that begins with ``head`` (`HEAD_BYTES` of it); None if none of ours."""
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            return kind
    return Kind.TAR if _is_tar(head) else None


def is_archive_name(path: str) -> bool:
    """Whether a file of that name is to be unpacked; office files are zips too, and are not."""
    return path.lower().endswith(SUFFIXES)


def _is_tar(head: bytes) -> bool:
    """Whether it is a header with a right checksum, or the end of an empty archive."""
    if len(head) == HEAD_BYTES and not any(head):
        return True
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True
