"""Pictures: sized by their header, and then decoded, so that a broken one is found here."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from shared.media.facts import Facts, Unfit

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 100_000_000
"""Ten thousand by ten thousand."""
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
"""No format that has another program run, or another file opened."""
MEDIA_TYPES = {name: f"image/{name.lower()}" for name in FORMATS}
_ORIENTATION = 0x0112
_ON_ITS_SIDE = (5, 6, 7, 8)
"""Exif 2.32, section 4.6.4: the rows of these are columns when they are seen."""


def look_at_picture(file: Path) -> Facts | None:
    """What the picture in ``file`` is; None where it is none. Raises `Unfit`."""
    import PIL.Image

    PIL.Image.MAX_IMAGE_PIXELS = None  # the size is checked here, and told
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = PIL.Image.open(file, formats=FORMATS)
        except PIL.UnidentifiedImageError:
            return None
        except MemoryError:
            raise
        except Exception as error:  # whatever its parsers raise
            raise Unfit("The picture is cut off or damaged.") from error
        with image:
            return _facts(image)


def _facts(image: Image) -> Facts:
    label = image.format or ""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Unfit(
            f"The picture has {width} × {height} pixels; more than {MOST_PIXELS // 10**6} million "
            "are not taken."
        )
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:  # whatever its decoders raise
        raise Unfit(f"The {label} picture is cut off or damaged.") from error
    if _orientation(image) in _ON_ITS_SIDE:
        width, height = height, width
    return Facts(kind="image", media_type=MEDIA_TYPES[label], width=width, height=height)


def _orientation(image: Image) -> int | None:
    try:
        given = image.getexif().get(_ORIENTATION)
    except Exception:  # its Exif is damaged, the picture is not
        return None
    return given if isinstance(given, int) else None
