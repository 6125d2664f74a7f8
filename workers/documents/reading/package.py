"""Office files and books are ZIP archives: what they are, and whether they may be unpacked."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from workers.documents.archives.limits import MIB, Limits
from workers.documents.reading.inflation import MOST_RATIO, sizes
from workers.documents.reading.refusal import Unreadable, damaged, locked

LIMITS = Limits(size_bytes=512 * MIB, members=20_000)
"""No honest document is larger inside."""
_PARTS = (("word/document.xml", "docx"), ("ppt/presentation.xml", "pptx"), ("xl/workbook.", "xlsx"))
_BY_TYPE = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/epub+zip": "epub",
}
_RIGHTS = frozenset({"META-INF/rights.xml", "META-INF/license.lcpl"})
"""What booksellers put into books that only their readers open."""
_LONGEST_END = 66_000
Members = Sequence[zipfile.ZipInfo]


def members_of(path: Path, label: str) -> Members:
    """The list of the archive at ``path``; `Unreadable` where it has no right one."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise damaged(label, "" if _has_end(path) else "its end is missing") from error


def _has_end(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LONGEST_END))
        return b"PK\x05\x06" in file.read()


def kind_of(path: Path, members: Members) -> str | None:
    """The kind of document that the archive holds; None for a mere archive."""
    names = [member.filename for member in members]
    for part, kind in _PARTS:
        if any(name.startswith(part) for name in names):
            return kind
    return _BY_TYPE.get(_read(path, members, "mimetype").decode("ascii", "replace").strip())


def _read(path: Path, members: Members, name: str) -> bytes:
    """The beginning of a member; nothing where it cannot be had."""
    member = next((m for m in members if m.filename == name), None)
    if member is None:
        return b""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as file:
            return file.read(MIB)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, NotImplementedError):
        return b""


def check(path: Path, members: Members, label: str) -> None:
    """Raise `Unreadable` for what is locked, and for what unpacks to far more than it is."""
    if any(member.flag_bits & 1 for member in members) or _is_locked(path, members):
        raise locked(label)
    packed = path.stat().st_size
    if len(members) > LIMITS.members:
        raise _bomb(label, f"holds more than {LIMITS.members} files")
    if sum(member.compress_size for member in members) > packed:
        raise _bomb(label, "holds files that share their bytes")
    _check_size(sum(member.file_size for member in members), packed, label)
    if packed * MOST_RATIO > LIMITS.size_bytes:
        _measure(path, members, label)


def _is_locked(path: Path, members: Members) -> bool:
    """Whether OpenDocument's or a bookseller's own encryption is used."""
    if any(member.filename in _RIGHTS for member in members):
        return True
    return b"encryption-data" in _read(path, members, "META-INF/manifest.xml")


def _measure(path: Path, members: Members, label: str) -> None:
    """Unpack into nothing: the list of an archive may lie about sizes."""
    total, packed = 0, path.stat().st_size
    try:
        for size in sizes(path, members):
            total += size
            _check_size(total, packed, label)
    except zlib.error as error:
        raise damaged(label) from error


def _check_size(unpacked: int, packed: int, label: str) -> None:
    if unpacked > LIMITS.size_bytes:
        raise _bomb(label, f"unpacks to more than {LIMITS.size_bytes // MIB} MiB")
    if LIMITS.is_bomb(unpacked, packed):
        raise _bomb(label, f"unpacks to more than {LIMITS.ratio} times its size")


def _bomb(label: str, why: str) -> Unreadable:
    return Unreadable(f"The file is {label} that {why}: it is not opened.")
