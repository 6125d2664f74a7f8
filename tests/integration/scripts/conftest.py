"""Posts on each kind of store, to a platform that does as the test says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shared.db import Store
from shared.settings import Settings
from shared.yard import Yard
from tests.posting_yard import FalsePlatform, PostingYard
from workers.scripts.posting import publish
from workers.scripts.publishers.choice import OUTBOX, open_publisher
from workers.scripts.publishers.protocol import Publisher


@pytest.fixture
def roots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this machine that callers may name files in; HOME is elsewhere."""
    return tmp_path_factory.mktemp("roots")


@pytest.fixture
def yard(store: Store, settings: Settings, roots: Path) -> PostingYard:
    """A yard on each kind of store, which may read ``roots``."""
    given = replace(settings, local_roots=(roots,), blobs_url=f"file://{settings.home}/blobs")
    return PostingYard(store, given)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> FalsePlatform:
    """What is opened in place of every publisher but the outbox."""
    false = FalsePlatform()

    def opened(name: str, yard: Yard) -> Publisher:
        return open_publisher(name, yard) if name == OUTBOX else false

    monkeypatch.setattr(publish, "open_publisher", opened)
    return false
