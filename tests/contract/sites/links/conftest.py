"""A real WordPress, where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sites.real_wordpress import real_wordpress
from tests.sites.wordpress_programs import Blog, NoWordPress, install_ahead


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to install it while other tests run."""
    here = Path(__file__).parent
    if any(item.path.parent == here and "[real" in item.name for item in session.items):
        install_ahead()


@pytest.fixture(scope="session")
def real_blog() -> Iterator[Blog]:
    """A real WordPress for all tests that want one."""
    try:
        with real_wordpress() as blog:
            yield blog
    except NoWordPress as error:
        pytest.skip(f"No real WordPress: {error}")
