"""Pictures made to fit what a site takes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.sites.outcome import NotAccepted
from workers.scripts.publishers.protocol import Media

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITIES = (90, 80, 70, 60)
SHRINK = 0.8
LEAST_SIDE = 64
MOST_PIXELS = 89_000_000
"""Larger ones would fill the worker's memory."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be sent; sides in pixels. ``note`` says what was done to it, "" for nothing."""

    content: bytes
    media_type: str
    width: int
    height: int
    note: str = ""


def fitted(media: Media, most_bytes: int, types: tuple[str, ...]) -> Picture:
    """``media`` as it is where it is of ``types``, small enough, and tells nothing of its making.

    Else a JPEG of it, upright, as good and as large as goes into ``most_bytes``, without the
    metadata: in them cameras tell places. Raises `NotAccepted` where it cannot be read.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(media.path) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotAccepted(f"{media.name}: the picture has more than {MOST_PIXELS} pixels.")
            why = _why(media, image, most_bytes, types)
            if not why:
                content = media.path.read_bytes()
                return Picture(content, media.media_type, image.width, image.height)
            upright = ImageOps.exif_transpose(image)
            small, content = _encoded(_on_white(upright), most_bytes)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAccepted(f"{media.name}: the picture cannot be read.") from error
    note = f"{media.name} was made a JPEG of {small.width} × {small.height} pixels: {why}."
    return Picture(content, "image/jpeg", small.width, small.height, note)


def _why(media: Media, image: Image, most_bytes: int, types: tuple[str, ...]) -> str:
    """Why the picture cannot go as it is, or nothing."""
    if media.media_type not in types:
        return f"{media.media_type} is not taken"
    if media.size_bytes > most_bytes:
        return f"at most {most_bytes} bytes are taken"
    if image.getexif():
        return "its metadata are nobody's business"
    return ""


def _on_white(image: Image) -> Image:
    """``image`` without transparency, in the colours of a JPEG."""
    from PIL import Image as Images

    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    ground = Images.new("RGBA", layered.size, "white")
    return Images.alpha_composite(ground, layered).convert("RGB")


def _encoded(image: Image, most_bytes: int) -> tuple[Image, bytes]:
    while True:
        for quality in QUALITIES:
            content = _jpeg(image, quality)
            if len(content) <= most_bytes:
                return image, content
        width, height = (max(1, round(side * SHRINK)) for side in image.size)
        if max(width, height) < LEAST_SIDE:
            raise ValueError(most_bytes)
        image = image.resize((width, height))


def _jpeg(image: Image, quality: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()
