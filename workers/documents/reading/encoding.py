"""Text in whatever encoding it was written; pure but for the library that guesses."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 64 * 1024
_BLOCK = 4096
_USUAL = "cp1252"
_SURE = 0.2
_WIDE = frozenset({"GB18030", "Big5", "CP932", "Shift_JIS", "EUC-JP", "EUC-KR", "CP949"})
"""Their pairs of bytes hardly come together by chance."""
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\f\r\x1b\x08"})
_MOST_CONTROLS = 0.01
_WIDE_ZEROS = 0.4
"""The share of zeros among every other byte that makes them UTF-16."""
_STATED = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,100}?encoding)\s*=\s*["']?([\w.:-]{2,40})""", re.I
)
_STATED_WITHIN = 4096


def is_text(sample: bytes) -> bool:
    """Whether the beginning of a file is text, in whatever encoding."""
    wide = _wide(sample)
    return bool(_marked(sample)) or _is_calm(sample.replace(b"\0", b"") if wide else sample)


def _is_calm(sample: bytes) -> bool:
    """Whether there are next to no control characters in it."""
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return 0 not in sample and controls <= _MOST_CONTROLS * len(sample)


def decoded(data: bytes) -> str:
    """``data``, which is text, in the encoding that it states, shows, or seems to have."""
    marked = _marked(data)
    if marked:
        mark, name = marked
        return data[len(mark) :].decode(name, "replace")
    wide = _wide(data[:_SAMPLE])
    if wide:
        return data.decode(wide, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode(_stated(data) or _guessed(data), "replace")


def _marked(data: bytes) -> tuple[bytes, str] | None:
    return next((pair for pair in _MARKS if data.startswith(pair[0])), None)


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: text of which every other byte is mostly zero."""
    half = len(sample) // 2
    if half < 2 or 0 not in sample:
        return None
    even, odd = (sample[at : 2 * half : 2].count(0) / half for at in (0, 1))
    if odd > _WIDE_ZEROS and not even:
        return "utf-16-le"
    return "utf-16-be" if even > _WIDE_ZEROS and not odd else None


def _stated(data: bytes) -> str | None:
    """What a page of the web or an XML file says of itself, where that is a known encoding."""
    stated = _STATED.search(data[:_STATED_WITHIN])
    try:
        return codecs.lookup(stated[1].decode()).name if stated else None
    except LookupError:
        return None


def _guessed(data: bytes) -> str:
    """The likeliest encoding, by what the text would say in it.

    A short text of western Europe says little; all that is doubtful is taken as one.
    """
    import chardet

    found = chardet.detect(_telling(data))
    name, is_sure = found["encoding"], (found["confidence"] or 0) >= _SURE
    return name if name and (is_sure or name in _WIDE) else _USUAL


def _telling(data: bytes) -> bytes:
    """A part of ``data`` that tells: from a bit before the first byte that is not ASCII."""
    blocks = range(0, len(data), _BLOCK)
    first = next((at for at in blocks if not data[at : at + _BLOCK].isascii()), 0)
    start = data.rfind(b"\n", 0, first) + 1
    return data[start : start + _SAMPLE]
