"""Small pictures, videos and sounds for tests, made by real encoders."""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from tests.documents.pictures import chunk
from tests.documents.recordings import record, silence

RATE = 10
"""Pictures a second."""
CODECS = {
    ".mp4": ("mp4", "mpeg4"),
    ".mov": ("mov", "mpeg4"),
    ".webm": ("webm", "libvpx"),
    ".mkv": ("matroska", "mpeg4"),
    ".avi": ("avi", "mpeg4"),
    ".ts": ("mpegts", "mpeg2video"),
}
_MATRIX_AT = 40
"""Where the matrix of a track's header lies behind its name (ISO/IEC 14496-12, 8.3.2)."""
_QUARTER = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)


def picture(
    kind: str = "PNG", size: tuple[int, int] = (40, 30), orientation: int = 1, shade: int = 0
) -> bytes:
    """A picture; ``orientation`` is Exif's, another ``shade`` is another content."""
    image = Image.new("RGB", size, (shade, shade, 0))
    exif = Image.Exif()
    if orientation != 1:
        exif[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, kind, **({"exif": exif} if orientation != 1 else {}))
    return file.getvalue()


def video(
    file: Path,
    size: tuple[int, int] = (64, 48),
    seconds: float = 1.0,
    *,
    shade: int = 0,
    options: dict[str, str] | None = None,
) -> Path:
    """A video without sound, in the container that the name says."""
    container, codec = CODECS[file.suffix]
    with av.open(str(file), "w", format=container, options=options) as out:
        stream: Any = out.add_stream(codec, rate=RATE if file.suffix != ".ts" else 25)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        count = int(seconds * (RATE if file.suffix != ".ts" else 25))
        for number in range(count):
            plain = np.full((size[1], size[0], 3), (shade + number) % 256, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(plain, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, int(stream.codec_context.rate))
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file


def turned(content: bytes) -> bytes:
    """An MP4 that asks players to turn it by a quarter."""
    at = content.index(b"tkhd") + 4 + _MATRIX_AT
    return content[:at] + _QUARTER + content[at + len(_QUARTER) :]


def sound(file: Path, seconds: float = 1.0) -> Path:
    """Silence, in the container that the name says."""
    return record(file, silence(seconds))


def cut(content: bytes) -> bytes:
    """The first two thirds."""
    return content[: len(content) * 2 // 3]


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of that size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
