"""Servers of platforms, and tasks that post a short video there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from shared.db import Store
from shared.settings import Settings
from tests.sites.attempts import Attempts, attempts, media
from tests.sites.faulty_site import running
from tests.sites.instagram_server import InstagramServer
from tests.sites.tiktok_server import TikTokServer
from workers.scripts.publishers.instagram.publisher import Instagram
from workers.scripts.publishers.protocol import Post
from workers.scripts.publishers.tiktok.publisher import TikTok


@pytest.fixture(scope="session")
def clip() -> bytes:
    """The content of a short video."""
    return Random(3).randbytes(700_000)


@pytest.fixture
def short_video(tmp_path: Path, clip: bytes) -> Post:
    """A post of it."""
    file = media(tmp_path / "clip.mp4", clip, "video/mp4", duration_seconds=12.0)
    return Post(key="k", caption="Hi #new", media=(file,), upload_wait_seconds=0.0)


@pytest.fixture
def tiktok_site() -> Iterator[TikTokServer]:
    """TikTok."""
    with running(TikTokServer()) as server:
        yield server


@pytest.fixture
def tiktok_task(
    tiktok_site: TikTokServer, sqlite_store: Store, settings: Settings, short_video: Post
) -> Attempts:
    """A task that posts the video there."""
    return attempts(sqlite_store, settings, TikTok, tiktok_site.credential, short_video)


@pytest.fixture
def instagram_site() -> Iterator[InstagramServer]:
    """Instagram."""
    with running(InstagramServer()) as server:
        yield server


@pytest.fixture
def instagram_task(
    instagram_site: InstagramServer, sqlite_store: Store, settings: Settings, short_video: Post
) -> Attempts:
    """A task that posts the video there."""
    return attempts(sqlite_store, settings, Instagram, instagram_site.credential, short_video)
