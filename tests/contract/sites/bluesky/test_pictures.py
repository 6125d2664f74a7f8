"""Pictures of posts, made to fit."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from shared.sites.outcome import NotAccepted
from tests.sites.bluesky_server import BlueskyServer
from tests.sites.bluesky_task import Site, Task, failure, run
from tests.sites.one_post import media_file
from workers.scripts.publishers.protocol import Post

pytestmark = pytest.mark.timeout(600)  # the first run installs a PDS


def test_a_picture_that_is_too_large_is_made_to_fit(
    server: Site, task: Task, pictures: Post, tmp_path: Path
) -> None:
    noise = Image.effect_noise((1500, 1000), 100).convert("RGB")
    noise.save(tmp_path / "noise.png")
    large = media_file(tmp_path / "noise.png", (tmp_path / "noise.png").read_bytes(), "image/png")
    assert large.size_bytes > 1_000_000
    attempt = task(replace(pictures, media=(large,)), server)
    published = run(attempt)
    (image,) = server.posts()[0]["embed"]["images"]
    assert image["image"]["mimeType"] == "image/jpeg"
    assert image["image"]["size"] <= 1_000_000
    with Image.open(io.BytesIO(server.blob(image["image"]))) as sent:
        assert {"width": sent.width, "height": sent.height} == image["aspectRatio"]
    assert "noise.png was made a JPEG" in published.notes[0]
    assert "at most 1000000 bytes" in published.notes[0]


def test_where_a_picture_was_taken_is_not_published(
    strict: BlueskyServer, task: Task, pictures: Post, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010E] = "at home"
    Image.new("RGB", (40, 20), "red").save(tmp_path / "home.jpg", exif=exif)
    told = media_file(tmp_path / "home.jpg", (tmp_path / "home.jpg").read_bytes(), "image/jpeg")
    attempt = task(replace(pictures, media=(told,)), strict)
    published = run(attempt)
    (image,) = strict.posts()[0]["embed"]["images"]
    with Image.open(io.BytesIO(strict.blob(image["image"]))) as sent:
        assert sent.size == (20, 40)
        assert not sent.getexif()
    assert image["aspectRatio"] == {"width": 20, "height": 40}
    assert "metadata" in published.notes[0]


def test_a_picture_that_cannot_be_read_is_refused(
    strict: BlueskyServer, task: Task, pictures: Post, tmp_path: Path
) -> None:
    odd = media_file(tmp_path / "odd.png", b"no picture", "image/png")
    error = failure(task(replace(pictures, media=(odd,)), strict))
    assert isinstance(error, NotAccepted)
    assert "odd.png: the picture cannot be read" in error.message
