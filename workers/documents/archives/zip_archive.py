"""The files of a zip."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, BinaryIO, cast

from workers.documents.archives.limits import MIB, PIECE_BYTES, Limits
from workers.documents.archives.member import Member, path_refusal
from workers.documents.archives.refusal import ArchiveRefused, MemberRefused, damage_as

DIRECTORY_BYTES = 8 * MIB
"""The most that is read at once: `zipfile` reads the list of files as a whole."""
LOCAL_HEADER_BYTES = 30
ENCRYPTED = 0x1
IS_UTF8 = 0x800
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Of the others `zipfile` unpacks whatever a piece holds at once: gigabytes, for bzip2."""


def zip_members(file: BinaryIO, limits: Limits) -> Iterator[Member]:
    """The members of the zip in ``file``; folders are passed over. `ArchiveRefused`."""
    with damage_as(ArchiveRefused):
        archive = zipfile.ZipFile(cast(Any, _Measured(file)))
        entries = archive.infolist()
        _check_places(entries)
        _check_whole(entries, file, limits)
    for entry in entries:
        if not entry.filename.endswith("/"):
            yield _member(archive, entry, limits)


class _Measured:
    """``file``, of which nobody reads more than `DIRECTORY_BYTES` at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        most = DIRECTORY_BYTES + 1
        data = self._file.read(most if size < 0 else min(size, most))
        if len(data) == most:
            raise ArchiveRefused("its list of files is too long")
        return data

    def close(self) -> None:
        """The file is its owner's to close."""


def _check_places(entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse files that share bytes, of which bombs are made that need no other archive."""
    for entry, later in pairwise(sorted(entries, key=lambda each: each.header_offset)):
        if entry.header_offset + LOCAL_HEADER_BYTES + entry.compress_size > later.header_offset:
            raise ArchiveRefused("it is made to harm: files in it share their bytes")


def _check_whole(entries: Sequence[zipfile.ZipInfo], file: BinaryIO, limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    limits.check_ratio(unpacked, file.seek(0, io.SEEK_END), ArchiveRefused)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> Member:
    path = _path(entry)
    refusal = _refusal(entry, limits) or path_refusal(path)
    return Member(path, entry.file_size, partial(_content, archive, entry), refusal)


def _path(entry: zipfile.ZipInfo) -> str:
    """Its name; many programs write UTF-8 without saying so."""
    if entry.flag_bits & IS_UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode()
    except UnicodeError:
        return entry.filename


def _refusal(entry: zipfile.ZipInfo, limits: Limits) -> str | None:
    mode = entry.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "it is a link"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is a device"
    if entry.flag_bits & ENCRYPTED:
        return "it is encrypted"
    if entry.compress_type not in METHODS:
        return "it is compressed in a way that is not taken (only deflate is)"
    if limits.is_bomb(entry.file_size, entry.compress_size):
        return f"it unpacks to more than {limits.ratio} times its size"
    return None


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with damage_as(MemberRefused), archive.open(entry) as content:
        while piece := content.read(PIECE_BYTES):
            yield piece
