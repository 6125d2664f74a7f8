"""A task that publishes on Bluesky, for tests on a strict PDS and a real one."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from shared.errors import TaskError
from tests.sites.bluesky_server import PASSWORD, BlueskyServer
from tests.sites.one_post import OnePost, media_file
from tests.sites.real_pds import RealPds
from workers.scripts.publishers.bluesky import BlueskyPublisher
from workers.scripts.publishers.polling import Polling
from workers.scripts.publishers.protocol import (
    Media,
    Post,
    Published,
)

PROMPT = Polling(first_seconds=0.01, longest_seconds=0.01)
CAPTION = "Ein schönes rotes Fahrrad 🚲 #neu https://example.org/laden"
Site = BlueskyServer | RealPds
Task = Callable[[Post, Site], OnePost]


def picture(path: Path, width: int, height: int) -> Media:
    """A plain picture."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(written, "PNG")
    return media_file(path, written.getvalue(), "image/png")


def publisher(task: OnePost, answer_seconds: float = 20.0) -> BlueskyPublisher:
    """One that does not wait long."""
    return BlueskyPublisher(task.settings, PROMPT, answer_seconds)


def run(task: OnePost, by: BlueskyPublisher | None = None) -> Published:
    """One more attempt."""
    return task.run(by or publisher(task))


def failure(task: OnePost, answer_seconds: float = 20.0) -> TaskError:
    """The error in which an attempt ends."""
    with pytest.raises(TaskError) as caught:
        run(task, publisher(task, answer_seconds))
    assert PASSWORD not in caught.value.message
    return caught.value
