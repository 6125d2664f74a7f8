"""Images: their sizes are looked at before any of them is decoded, then their text is read."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from workers.documents.reading import ocr
from workers.documents.reading.kind import Kind
from workers.documents.reading.reading import Page, Tell
from workers.documents.reading.refusal import Unreadable, damaged

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 100_000_000
"""Ten thousand by ten thousand."""
MOST_SIDE = 4000
"""Pixels: letters are read as well in a picture that was made smaller."""
MOST_PAGES = 2000
FORMATS = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "bmp": "BMP", "tiff": "TIFF", "webp": "WEBP"}


def read_picture(path: Path, kind: Kind, tell: Tell) -> Sequence[Page]:
    """The text in an image; a page for each page of a TIFF, else the first picture alone."""
    with _opened(path, kind) as image:
        _check_size(image, kind)
        if not ocr.languages():
            raise ocr.missing(kind.label)
        count = min(getattr(image, "n_frames", 1), MOST_PAGES) if kind.name == "tiff" else 1
        pages = []
        for number in range(count):
            image.seek(number)
            _check_size(image, kind)
            pages.append(Page(ocr.text_in(_prepared(image))))
            tell(number + 1, count)
        return pages


@contextmanager
def _opened(path: Path, kind: Kind) -> Iterator[Image]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the size is checked here, and told
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(path, formats=[FORMATS[kind.name]]) as image:
                yield image
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise damaged(kind.label) from error


def _check_size(image: Image, kind: Kind) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Unreadable(
            f"The file is {kind.label} of {width} × {height} pixels; more than "
            f"{MOST_PIXELS // 10**6} million are not opened."
        )


def _prepared(image: Image) -> bytes:
    """Upright, grey on white, and no larger than helps to read it, as PNG."""
    from PIL import ImageOps

    image.draft("L", (MOST_SIDE, MOST_SIDE))
    grey = _on_white(ImageOps.exif_transpose(image)).convert("L")
    grey.thumbnail((MOST_SIDE, MOST_SIDE))
    return as_png(grey)


def _on_white(image: Image) -> Image:
    import PIL.Image

    if not image.has_transparency_data:
        return image
    clear = image.convert("RGBA")
    paper = PIL.Image.new("RGBA", clear.size, "white")
    paper.alpha_composite(clear)
    return paper


def as_png(image: Image) -> bytes:
    """``image`` packed with little effort."""
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
