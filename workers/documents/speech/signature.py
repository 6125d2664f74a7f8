"""What a file looks like by its first bytes, for those that cannot be heard. Pure."""

from __future__ import annotations

HEAD_BYTES = 64
_RECORDINGS = {
    b"RIFF": "a WAV or AVI file",
    b"RF64": "a WAV file",
    b"FORM": "an AIFF file",
    b"OggS": "an Ogg file",
    b"fLaC": "a FLAC file",
    b"ID3": "an MP3 file",
    b"\x1a\x45\xdf\xa3": "a WebM or Matroska file",
}
_OTHERS = {
    b"%PDF": "a PDF file",
    b"PK\x03\x04": "a ZIP archive or an Office file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x1f\x8b": "a gzip archive",
    b"MThd": "a MIDI file, which holds notes and no sound",
    b"#EXTM3U": "a playlist, which holds no sound itself",
    b"<": "an HTML or XML file",
    b"{": "a JSON file",
}
MP4 = "an MP4 or M4A file"


def recording(head: bytes) -> str | None:
    """What kind of recording a file that begins with ``head`` means to be, or None."""
    return MP4 if head[4:8] == b"ftyp" else _first(_RECORDINGS, head)


def other(head: bytes) -> str | None:
    """What else a file that begins with ``head`` seems to be, or None."""
    seen = _first(_OTHERS, head.lstrip(b"\xef\xbb\xbf \t\r\n"))
    return seen or ("a text file" if _is_text(head) else None)


def _first(kinds: dict[bytes, str], head: bytes) -> str | None:
    return next((kind for start, kind in kinds.items() if head.startswith(start)), None)


def _is_text(head: bytes) -> bool:
    return bool(head) and all(byte >= 32 or byte in b"\t\r\n" for byte in head)
