"""Pictures of text, and PDFs made of such pictures, as scanners make them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

ENDINGS = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "bmp": "BMP", "tiff": "TIFF", "webp": "WEBP"}


def drawn(text: str) -> Image:
    """``text`` in black on white, large enough to be read."""
    import reportlab
    from PIL import Image, ImageDraw, ImageFont

    font = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    image = Image.new("L", (900, 220), "white")
    letters = ImageFont.truetype(str(font), 32)
    ImageDraw.Draw(image).text((30, 30), text, fill="black", font=letters, spacing=16)
    return image


def picture(kind: str, *texts: str) -> bytes:
    """A file of that kind; of several texts, it has as many pages."""
    first, *rest = (drawn(text) for text in texts)
    more = {"save_all": True, "append_images": rest} if rest else {}
    file = io.BytesIO()
    first.save(file, ENDINGS[kind], **more)
    return file.getvalue()


def scanned_pdf(texts: Sequence[str], words: str = "") -> bytes:
    """A PDF with a picture on each page; and one page of real ``words`` behind."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(600, 400))
    for text in texts:
        canvas.drawImage(ImageReader(drawn(text)), 20, 100, 560, 137)
        canvas.showPage()
    if words:
        canvas.drawString(50, 200, words)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """A part of a PNG file."""
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
