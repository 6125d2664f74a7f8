"""Whether a PDF is whole, and what it says of itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from workers.documents.reading.clean import one_line
from workers.documents.reading.moment import moment_text
from workers.documents.reading.reading import Facts
from workers.documents.reading.refusal import damaged

if TYPE_CHECKING:
    import pypdfium2 as pdfium

_END = b"%%EOF"
_END_WITHIN = 64 * 1024
"""Some programs write further things behind the end."""
_HEAD = 1024
_LENGTH = re.compile(rb"/Linearized\b[^>]{0,200}?/L\s+(\d{1,15})\b")
_MOMENT = re.compile(r"D:(\d{14})(?:([+-])(\d\d)'?(\d\d)?)?")


def check_whole(path: Path, label: str) -> None:
    """Raise `Unreadable` for a file whose end is missing, though PDFium may find some pages."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = _LENGTH.search(file.read(_HEAD))
        file.seek(max(0, size - _END_WITHIN))
        has_end = _END in file.read()
    if length is not None and int(length[1]) > size:
        raise damaged(label, f"{int(length[1]) - size} bytes of it are missing")
    if not has_end:
        raise damaged(label, "its end is missing")


def facts(document: pdfium.PdfDocument) -> Facts:
    """Title, author and dates."""
    told = document.get_metadata_dict()
    return Facts(
        title=_said(told["Title"]),
        author=_said(told["Author"]),
        created_at=moment(told["CreationDate"]),
        modified_at=moment(told["ModDate"]),
    )


def _said(value: str) -> str | None:
    """What a field says, where that is anything."""
    line = one_line(value)
    return None if line in ("(anonymous)", "(unspecified)", "untitled") else line


def moment(told: str) -> str | None:
    """A PDF's date as text, None where it is none; pure."""
    parts = _MOMENT.match(told)
    if parts is None:
        return None
    digits, sign, hours, minutes = parts.groups()
    try:
        local = datetime.strptime(digits, "%Y%m%d%H%M%S")  # noqa: DTZ007 - it may have no zone
        if sign:
            ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
            local = local.replace(tzinfo=timezone(ahead if sign == "+" else -ahead))
    except ValueError:
        return None
    return moment_text(local)
