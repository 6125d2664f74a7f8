"""A yard without remote servers: its own pool makes the links, in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.db import Store
from shared.settings import Settings
from tests.linking_yard import LinkingYard
from tests.sites.faulty_site import running
from tests.sites.indexnow_server import IndexNowServer
from tests.sites.mastodon_server import MastodonServer
from tests.sites.static_site import StaticSite, static_site


@pytest.fixture
def linking(store: Store, settings: Settings) -> LinkingYard:
    """A yard on each kind of store."""
    return LinkingYard(store, settings)


@pytest.fixture
def site() -> Iterator[MastodonServer]:
    """A Mastodon server."""
    with running(MastodonServer()) as server:
        yield server


@pytest.fixture
def engine() -> Iterator[IndexNowServer]:
    """A search engine's endpoint."""
    with running(IndexNowServer()) as server:
        yield server


@pytest.fixture
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticSite]:
    """A host with pages."""
    with static_site(tmp_path_factory.mktemp("web")) as server:
        yield server
