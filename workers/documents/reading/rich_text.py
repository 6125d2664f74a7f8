"""RTF: the breaks of pages are marked before it is read, since kreuzberg drops them."""

from __future__ import annotations

import re
from pathlib import Path

from workers.documents.reading.kind import KINDS
from workers.documents.reading.native import MARK
from workers.documents.reading.refusal import damaged

_PAGE = re.compile(rb"\\page(?![a-z])")
_PADDING = b"\0\x1a\r\n\t "
_MARKED = rb"\\par \\u%d?\\par " % (ord(MARK) - 0x10000)


def marked(path: Path) -> bytes:
    """The file, with `native.MARK` in paragraphs of its own where a page ends.

    `Unreadable` where the brace that ends it is missing.
    """
    data = path.read_bytes()
    if not data.rstrip(_PADDING).endswith(b"}"):
        raise damaged(KINDS["rtf"].label, "its end is missing")
    return _PAGE.sub(_MARKED, data)
