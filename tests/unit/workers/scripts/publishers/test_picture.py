"""Pictures made to fit what a site takes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from shared.sites.outcome import NotAccepted
from tests.sites.one_post import media_file
from workers.scripts.publishers.picture import fitted
from workers.scripts.publishers.protocol import Media

TYPES = ("image/jpeg", "image/png")


def drawn(folder: Path, image: Image.Image, kind: str = "png") -> Media:
    """A file with that picture."""
    written = io.BytesIO()
    image.save(written, kind)
    return media_file(folder / f"picture.{kind}", written.getvalue(), f"image/{kind}")


def test_a_picture_that_fits_goes_as_it_is(tmp_path: Path) -> None:
    media = drawn(tmp_path, Image.new("RGB", (30, 20), "red"))
    picture = fitted(media, 100_000, TYPES)
    assert picture.content == media.path.read_bytes()
    assert (picture.media_type, picture.width, picture.height) == ("image/png", 30, 20)
    assert picture.note == ""


@pytest.mark.parametrize("most_bytes", [500_000, 100_000, 10_000])
def test_a_picture_that_is_too_large_becomes_as_good_a_jpeg_as_fits(
    tmp_path: Path, most_bytes: int
) -> None:
    media = drawn(tmp_path, Image.effect_noise((900, 600), 80))
    picture = fitted(media, most_bytes, TYPES)
    assert len(picture.content) <= most_bytes
    with Image.open(io.BytesIO(picture.content)) as sent:
        assert sent.size == (picture.width, picture.height)
        assert sent.width / sent.height == pytest.approx(1.5, abs=0.02)
    assert f"at most {most_bytes} bytes are taken" in picture.note


def test_a_picture_of_another_type_becomes_a_jpeg(tmp_path: Path) -> None:
    picture = fitted(drawn(tmp_path, Image.new("RGB", (9, 9), "red"), "tiff"), 10_000, TYPES)
    assert picture.media_type == "image/jpeg"
    assert "image/tiff is not taken" in picture.note


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_becomes_white(tmp_path: Path, mode: str) -> None:
    media = drawn(tmp_path, Image.new(mode, (20, 20)))
    picture = fitted(media, 10_000, ("image/jpeg",))
    with Image.open(io.BytesIO(picture.content)) as sent:
        assert sent.getpixel((10, 10)) == (255, 255, 255)


def test_a_picture_that_never_fits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAccepted, match=r"picture\.png"):
        fitted(drawn(tmp_path, Image.effect_noise((90, 90), 80)), 10, TYPES)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotAccepted, match="cannot be read"):
        fitted(media_file(tmp_path / "odd.png", content, "image/png"), 10_000, TYPES)
