"""XML that declares entities: no document that is read here needs them, and they may unfold.

Whoever reads XML leaves them out, and with them the text they stand for; so the file is refused
instead. Office files may not have them (ECMA-376 part 2, 8.1.4).
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from workers.documents.reading.refusal import Unreadable

MARKS = ("<!ENTITY", "<!DOCTYPE")
PROLOG_BYTES = 4096
"""A declaration stands before everything else but comments."""
_CHECKED = ("word/document.xml", "ppt/slides/", "xl/worksheets/", "xl/sharedStrings.xml")


def declares_entities(head: bytes, marks: Sequence[str] = MARKS[:1]) -> bool:
    """Whether the beginning of an XML file declares some, in any of its encodings."""
    return any(
        mark.encode(encoding) in head
        for mark in marks
        for encoding in ("ascii", "utf-16-le", "utf-16-be")
    )


def refuse_entities(label: str) -> Unreadable:
    """The error of such a file."""
    return Unreadable(f"The file is {label} with a DTD (entities of its own), which is not read.")


def check_parts(path: Path, members: Sequence[zipfile.ZipInfo], label: str) -> None:
    """Raise `Unreadable` where a part of the office file at ``path`` has a DTD."""
    with zipfile.ZipFile(path) as archive:
        for member in members:
            if member.filename.startswith(_CHECKED) and _has_dtd(archive, member):
                raise refuse_entities(label)


def _has_dtd(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    try:
        with archive.open(member) as part:
            return declares_entities(part.read(PROLOG_BYTES), MARKS)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, NotImplementedError):
        return False  # whoever reads the part says what is wrong with it
