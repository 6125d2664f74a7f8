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
from tests.sites.real_pds import NoPds, install_ahead, real_pds
from tests.sites.tiktok_server import TikTokServer
from workers.scripts.publishers.instagram.publisher import Instagram
from workers.scripts.publishers.protocol import Post
from workers.scripts.publishers.tiktok.publisher import TikTok


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to install the real one while other tests run."""
    here = Path(__file__).parent
    if any(here in item.path.parents and "[real" in item.name for item in session.items):
        install_ahead()


@pytest.fixture(scope="session")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PDS for all tests that want one."""
    try:
        with real_pds(tmp_path_factory.mktemp("pds")) as url:
            yield url
    except NoPds as error:
        pytest.skip(f"No real PDS: {error}")


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
