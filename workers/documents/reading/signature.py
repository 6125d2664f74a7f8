"""What a file is by its first bytes, whatever it is called; pure."""

from __future__ import annotations

import re

from workers.documents.speech.signature import recording

HEAD_BYTES = 8192
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_WITHIN = 1024
"""Readers look for the mark of a PDF in so many bytes: some begin with something else."""
_IMAGES = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
}
_FOREIGN = {
    b"PK\x05\x06": "an empty ZIP archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\0": "an xz archive",
    b"MZ": "a Windows program",
    b"\x7fELF": "a program",
    b"SQLite format 3\0": "an SQLite database",
    b"wOFF": "a font",
    b"wOF2": "a font",
    b"\0\0\x01\0": "an icon",
    b"8BPS": "a Photoshop file",
    b"%!PS": "a PostScript file",
    b"AT&TFORM": "a DjVu file",
}
_PICTURES = {b"heic": "a HEIC image", b"mif1": "a HEIC image", b"avif": "an AVIF image"}
_MARKUP = re.compile(rb"(?:<!--.*?-->\s*|<\?xml.*?\?>\s*)*", re.S)
_HTML = re.compile(rb"<!doctype\s+html|<(?:html|head|body)[\s>]", re.I)
_HEADER = re.compile(
    rb"^(?:from|to|subject|date|received|return-path|message-id|mime-version|delivered-to|"
    rb"content-type|x-[\w-]+|dkim-signature|reply-to|cc):[ \t]",
    re.I | re.M,
)
_HEADERS_AT_LEAST = 3


def image(head: bytes) -> str | None:
    """The kind of image that begins so, or None."""
    for mark, name in _IMAGES.items():
        if head.startswith(mark):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    is_bitmap = head[:2] == b"BM" and head[6:10] == bytes(4) and head[14:15] in b"\x0c\x28\x6c\x7c"
    return "bmp" if is_bitmap else None


def is_pdf(head: bytes) -> bool:
    """Whether the mark of a PDF stands where readers look for it."""
    return b"%PDF-" in head[:_PDF_WITHIN]


def markup(head: bytes) -> str | None:
    """The kind of a text by how it begins: RTF, HTML, XML or an e-mail; None for any other."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if start.startswith(b"<"):
        return _marked_up(start)
    return "eml" if _is_email(start) else None


def _marked_up(start: bytes) -> str | None:
    if _HTML.match(_MARKUP.sub(b"", start, count=1)):
        return "html"
    return "xml" if start.startswith((b"<?xml", b"<!DOCTYPE")) else None


def _is_email(start: bytes) -> bool:
    """Whether it begins with some of the lines that e-mails begin with, and nothing else."""
    lines = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    is_first = _HEADER.match(lines) is not None
    return is_first and len(_HEADER.findall(lines)) >= _HEADERS_AT_LEAST


def foreign(head: bytes) -> str | None:
    """What else the file is, which is not read here; None where it is no such thing."""
    for mark, label in _FOREIGN.items():
        if head.startswith(mark):
            return label
    if head[4:8] == b"ftyp" and head[8:12] in _PICTURES:
        return _PICTURES[head[8:12]]
    return recording(head)
