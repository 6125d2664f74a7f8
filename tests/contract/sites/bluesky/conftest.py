"""Servers, and what is published on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shared.settings import Settings
from tests.sites.bluesky_server import BlueskyServer
from tests.sites.bluesky_task import CAPTION, Site, Task, picture
from tests.sites.faulty_site import (
    running,
)
from tests.sites.one_post import media_file, one_post
from tests.sites.real_pds import RealPds
from workers.scripts.publishers.protocol import (
    Post,
)


@pytest.fixture
def strict() -> Iterator[BlueskyServer]:
    """The server that checks all that it is asked."""
    with running(BlueskyServer()) as site:
        yield site


@pytest.fixture(params=["strict", "real"])
def server(request: pytest.FixtureRequest) -> Iterator[Site]:
    """Either."""
    if request.param == "strict":
        yield request.getfixturevalue("strict")
        return
    with closing(RealPds(request.getfixturevalue("pds"))) as site, running(site):
        yield site


@pytest.fixture
def pictures(tmp_path: Path) -> Post:
    """Two pictures."""
    return Post(
        key="018f0000-0000-7000-8000-000000000001",
        caption=CAPTION,
        media=(picture(tmp_path / "one.png", 30, 20), picture(tmp_path / "two.png", 20, 40)),
    )


@pytest.fixture
def video(tmp_path: Path) -> Post:
    """A video, of which only its beginning matters to a PDS."""
    content = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"clip" * 50_000
    clip = media_file(tmp_path / "clip.mp4", content, "video/mp4", width=640, height=360)
    return Post(key="018f0000-0000-7000-8000-000000000002", caption=CAPTION, media=(clip,))


@pytest.fixture
def task(settings: Settings) -> Task:
    """A task that publishes a post on a server."""
    return lambda post, site: one_post(settings, site.credential, post)
