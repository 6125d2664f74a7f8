"""What the first bytes of a file say it is, for files that begin like nothing else. Pure.

It is only to decide which job looks at the file first; that one reads it properly.
"""

from __future__ import annotations

_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
)
_IN_RIFF = {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"heic": "image/heic",
    b"avif": "image/avif",
}
_MATROSKA = b"\x1a\x45\xdf\xa3"


def signature_of(first: bytes) -> str | None:
    """The media type that the ``first`` bytes (a writer's ``beginning``) show; most show none."""
    if first[:4] == b"RIFF":
        return _IN_RIFF.get(first[8:12])
    if first[4:8] == b"ftyp":
        return _BRANDS.get(first[8:12], "video/mp4")
    if first[:4] == _MATROSKA:
        return "video/webm" if b"webm" in first else "video/x-matroska"
    return next((kind for start, kind in _BEGINNINGS if first.startswith(start)), None)
