"""Names of files that come from elsewhere: without folders, and such that any file system can
hold them. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST_BYTES = 255
"""What file systems take, in UTF-8."""
LONGEST_ENDING_BYTES = 20
NAMELESS = "unnamed"
_SEPARATORS = re.compile(r"[/\\]")
_UNSAFE = {"Cc", "Cs", "Zl", "Zp"}
"""Controls, halves of characters, line ends: nothing that a name needs."""
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They show a name other than it is."""


def decoded(raw: bytes) -> str:
    """The text of ``raw``: UTF-8, or what older systems of Western Europe write."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def clean_name(given: str) -> str:
    """The file's own name in ``given``, at most 255 bytes long, its ending kept."""
    last = _SEPARATORS.split(given)[-1]
    shown = "".join(c for c in last if c not in _TURNS and unicodedata.category(c) not in _UNSAFE)
    name = unicodedata.normalize("NFC", shown).strip()
    if name.strip(".") == "":
        return NAMELESS
    return name if len(name.encode()) <= LONGEST_BYTES else _shortened(name)


def _shortened(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    tail = f"{dot}{ending}"
    if not stem or len(tail.encode()) > LONGEST_ENDING_BYTES:
        stem, tail = name, ""
    room = LONGEST_BYTES - len(tail.encode())
    return stem.encode()[:room].decode(errors="ignore") + tail
