"""Each source with a real server behind it, made once for the whole run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.settings import Settings, read_settings
from tests.conftest import SECRET_KEY
from tests.sources.graph import graph_server
from tests.sources.s3 import Bucket, s3_bucket
from tests.sources.served import Served
from tests.sources.sftp import sftp_server
from tests.sources.web import website
from tests.sources.webdav import webdav_server

PROTOCOLS = ("local", "sftp", "webdav", "s3", "https", "msgraph")
LOOPBACK = "127.0.0.0/8"


def _folder(factory: pytest.TempPathFactory, name: str) -> Path:
    return factory.mktemp(name).resolve()


@pytest.fixture(scope="session")
def _local(tmp_path_factory: pytest.TempPathFactory) -> Served:
    folder = _folder(tmp_path_factory, "local")
    return Served(folder, f"file://{folder}")


@pytest.fixture(scope="session")
def _sftp_parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str, str]]:
    with sftp_server(_folder(tmp_path_factory, "sftp")) as parts:
        yield parts


@pytest.fixture(scope="session")
def _sftp(_sftp_parts: tuple[Served, str, str]) -> Served:
    return _sftp_parts[0]


@pytest.fixture(scope="session")
def _webdav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with webdav_server(_folder(tmp_path_factory, "webdav")) as served:
        yield served


@pytest.fixture(scope="session")
def _s3() -> Iterator[Bucket]:
    with s3_bucket() as bucket:
        yield bucket


@pytest.fixture(scope="session")
def _https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with website(_folder(tmp_path_factory, "https")) as served:
        yield served


@pytest.fixture(scope="session")
def _msgraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with graph_server(_folder(tmp_path_factory, "msgraph")) as served:
        yield served


@pytest.fixture
def served(protocol: str, request: pytest.FixtureRequest) -> Iterator[Served]:
    """An empty source that speaks ``protocol``."""
    served: Served = request.getfixturevalue(f"_{protocol}")
    served.clear()
    yield served
    assert served.complaints == []


@pytest.fixture
def sftp_parts(_sftp_parts: tuple[Served, str, str]) -> tuple[Served, str, str]:
    """The SFTP source, empty; its host key's fingerprint; a private key that it lets in."""
    _sftp_parts[0].clear()
    return _sftp_parts


@pytest.fixture
def open_settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings of a yard that may connect to this machine and read the test's folders."""
    given = {
        "TASKYARD_HOME": str(tmp_path / "home"),
        "TASKYARD_SECRET_KEY": SECRET_KEY,
        "TASKYARD_ALLOW_NETWORKS": LOOPBACK,
    }
    root = Path(str(request.getfixturevalue("tmp_path_factory").getbasetemp())).resolve()
    return replace(read_settings(given), local_roots=(root,))


@pytest.fixture
def closed_settings(open_settings: Settings) -> Settings:
    """Settings as they are by default: nothing of this machine is to be had."""
    return replace(open_settings, allow_networks=(), local_roots=())
