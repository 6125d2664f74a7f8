"""What kind of file something is said to be, by its sender or by its name. Pure.

What it really is shows when it is read; this decides which job looks at it first. The table is our
own, so that it is the same on every machine.
"""

from __future__ import annotations

import re
from mimetypes import MimeTypes
from pathlib import PurePosixPath

UNKNOWN = "application/octet-stream"
SAYS_NOTHING = frozenset({"", UNKNOWN, "binary/octet-stream", "application/x-unknown"})
LONGEST = 255
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_BY_ENDING = {
    ".aac": "audio/aac",
    ".csv": "text/csv",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".eml": "message/rfc822",
    ".epub": "application/epub+zip",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".md": "text/markdown",
    ".mka": "audio/x-matroska",
    ".mkv": "video/x-matroska",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".odp": f"{_OPEN}.presentation",
    ".ods": f"{_OPEN}.spreadsheet",
    ".odt": f"{_OPEN}.text",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".rtf": "application/rtf",
    ".ts": "text/plain",
    ".wav": "audio/wav",
    ".weba": "audio/webm",
    ".webp": "image/webp",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}
_SAME = {"application/ogg": "audio/ogg", "audio/x-wav": "audio/wav", "audio/x-m4a": "audio/mp4"}
_WELL_KNOWN = MimeTypes(filenames=())


def media_type_of(name: str, said: str | None = None) -> str:
    """The media type of a file: what its sender ``said`` where that says anything, else by name."""
    given = (said or "").partition(";")[0].strip().lower()
    if given in SAYS_NOTHING or len(given) > LONGEST or not _TYPE.fullmatch(given):
        given = _by_name(name)
    return _SAME.get(given, given)


def _by_name(name: str) -> str:
    ending = PurePosixPath(name).suffix.lower()
    guessed = _WELL_KNOWN.guess_type(f"file{ending}", strict=True)[0] if ending else None
    return _BY_ENDING.get(ending) or guessed or UNKNOWN
