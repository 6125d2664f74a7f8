"""Whether a recording's file is all there, where its container can tell.

Players forgive a missing end: they play what is left, and so would we without these looks. A
container whose header gives its length in seconds is compared with what is in it elsewhere
(`recording`); these here give bytes.
"""

from __future__ import annotations

from pathlib import Path

_UNKNOWN = 0x7FFFFFFF
"""Who writes to a pipe cannot know a size and writes one like this, or 0."""
_PAGE_BYTES = 65307
"""A page of Ogg is no longer (RFC 3533, section 6)."""
_MP3_HEAD_BYTES = 4096


def missing_bytes(file: Path) -> int:
    """How many bytes the file should have beyond those that are there; 0 where it cannot say."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        head = stream.read(8)
        stream.seek(max(0, size - _PAGE_BYTES))
        tail = stream.read()
    if head[:4] == b"OggS":
        return max(0, _end_of_last_page(tail) - len(tail))
    stated = _stated_bytes(head)
    return max(0, stated + 8 - size) if 0 < stated < _UNKNOWN else 0


def _stated_bytes(head: bytes) -> int:
    """The size in the header of RIFF (WAV, AVI) or FORM (AIFF), else 0."""
    if head[:4] == b"RIFF":
        return int.from_bytes(head[4:8], "little")
    return int.from_bytes(head[4:8], "big") if head[:4] == b"FORM" else 0


def _end_of_last_page(tail: bytes) -> int:
    """Where the last page that begins in ``tail`` ends; beyond it where the page is cut."""
    start = tail.rfind(b"OggS")
    header = tail[start : start + 27]
    if start < 0 or len(header) < 27:
        return 0 if start < 0 else len(tail) + 1
    lengths = tail[start + 27 : start + 27 + header[26]]
    if len(lengths) < header[26]:
        return len(tail) + 1
    return start + 27 + len(lengths) + sum(lengths)


def states_its_length(file: Path) -> bool:
    """Whether an MP3 says how long it is; elsewhere its length is guessed from its bit rate."""
    with file.open("rb") as stream:
        head = stream.read(10)
        if head[:3] == b"ID3":
            stream.seek(len(head) + _id3_bytes(head))
        start = stream.read(_MP3_HEAD_BYTES)
    return any(mark in start for mark in (b"Xing", b"Info", b"VBRI"))


def _id3_bytes(head: bytes) -> int:
    """The size of a tag, seven bits in each of its bytes."""
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return size
