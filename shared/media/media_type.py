"""The media types of recordings, by their containers. Pure."""

from __future__ import annotations

HEAD_BYTES = 64
_BY_CONTAINER = {
    "mov": "mp4",
    "matroska": "x-matroska",
    "avi": "x-msvideo",
    "asf": "x-ms-wmv",
    "mpegts": "mp2t",
    "mpeg": "mpeg",
    "flv": "x-flv",
    "ogg": "ogg",
    "wav": "wav",
    "w64": "wav",
    "mp3": "mpeg",
    "aac": "aac",
    "flac": "flac",
    "aiff": "aiff",
    "caf": "x-caf",
    "amr": "amr",
}
CONTAINERS = ",".join(_BY_CONTAINER)
"""Those that are looked into. Others name further files to be opened, here or elsewhere: a
playlist must not lead to what its sender may not read."""


def recording_type(kind: str, container: str, head: bytes) -> str:
    """The media type of a video or of sound in ``container`` (FFmpeg's name for it)."""
    name = container.partition(",")[0]
    if name == "mov" and head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand == b"qt  ":
            return "video/quicktime"
        return f"{kind}/3gpp" if brand.startswith(b"3g") else f"{kind}/mp4"
    if name == "matroska" and b"webm" in head:
        return f"{kind}/webm"
    if name == "asf" and kind == "audio":
        return "audio/x-ms-wma"
    return f"{kind}/{_BY_CONTAINER.get(name, name)}"


def is_heic(head: bytes) -> bool:
    """Whether it begins like a picture as telephones keep them (ISO/IEC 23008-12)."""
    brands = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
    return head[4:8] == b"ftyp" and head[8:12] in brands


def is_avif(head: bytes) -> bool:
    """Whether it begins like an AVIF picture, which FFmpeg would take for a video."""
    return head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis")
