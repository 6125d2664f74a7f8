"""What a file's first bytes say."""

from __future__ import annotations

import io
import wave

import pytest
from PIL import Image

from shared.blobs.writer import BEGINNING_BYTES
from shared.documents.signature import signature_of


def image(kind: str) -> bytes:
    """A picture of that kind."""
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, kind)
    return buffer.getvalue()


def sound() -> bytes:
    """A moment of silence."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (sound(), "audio/wav"),
        (image("png"), "image/png"),
        (image("jpeg"), "image/jpeg"),
        (image("gif"), "image/gif"),
        (image("tiff"), "image/tiff"),
        (image("webp"), "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"{\\rtf1\\ansi", "application/rtf"),
        (b"ID3\x04\x00", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"fLaC\x00", "audio/flac"),
        (b"\x00\x00\x00\x20ftypM4A \x00", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypisom\x00", "video/mp4"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", "video/x-matroska"),
        (b"RIFF\x00\x00\x00\x00ACON", None),
        (b"PK\x03\x04", None),
        ("plain text".encode("utf-16"), None),
        (b"", None),
    ],
)
def test_a_file_that_begins_like_no_other_is_known(content: bytes, kind: str | None) -> None:
    assert signature_of(content[:BEGINNING_BYTES]) == kind
