"""Pages of a PDF that are pictures: a scanner's, say."""

from __future__ import annotations

from contextlib import closing

import pypdfium2 as pdfium
from pypdfium2 import raw

from workers.documents.reading.picture import MOST_PIXELS, MOST_SIDE, as_png

POINTS_PER_INCH = 72
DOTS_PER_INCH = 200


def is_scan(page: pdfium.PdfPage) -> bool:
    """Whether a page without text shows a picture, and none that is too large to be drawn."""
    images = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    sizes = [image.get_px_size() for image in images if isinstance(image, pdfium.PdfImage)]
    return bool(sizes) and all(width * height <= MOST_PIXELS for width, height in sizes)


def picture_of(page: pdfium.PdfPage) -> bytes:
    """The page as PNG, large enough to be read."""
    longest = max(1.0, *page.get_size())
    scale = min(DOTS_PER_INCH / POINTS_PER_INCH, MOST_SIDE / longest)
    with closing(page.render(scale=scale, grayscale=True)) as bitmap:
        return as_png(bitmap.to_pil())
