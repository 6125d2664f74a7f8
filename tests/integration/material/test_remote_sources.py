"""The library is filled from other machines too, by the same protocols as folders of documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from shared.tasks.status import Status
from tests import media_files
from tests.integration.material.conftest import Library
from tests.sources.s3 import s3_bucket
from tests.sources.served import Served
from tests.sources.webdav import webdav_server

PROTOCOLS = ("webdav", "s3")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Served]]:
    """A server of each protocol."""
    with webdav_server(tmp_path_factory.mktemp("webdav").resolve()) as webdav, s3_bucket() as s3:
        yield {"webdav": webdav, "s3": s3}


@pytest.fixture(params=PROTOCOLS)
def served(request: pytest.FixtureRequest, servers: dict[str, Served]) -> Served:
    """An empty source."""
    servers[request.param].clear()
    return servers[request.param]


@pytest.fixture
def open_library(library: Library) -> Library:
    """A library whose yard may reach this machine's servers."""
    settings = replace(library.yard.settings, allow_networks=(ip_network("127.0.0.0/8"),))
    library.docs.memory.yard = replace(library.yard, settings=settings)
    return library


def test_a_source_elsewhere_is_read_once(
    open_library: Library, served: Served, tmp_path: Path
) -> None:
    served.put("1.png", media_files.picture(shade=1))
    served.put("sub/film.mp4", media_files.video(tmp_path / "film.mp4").read_bytes())
    served.put("notes.txt", b"hello")
    counts = open_library.counts(served.url, options=served.options)
    assert counts == {"added": 2, "filesFailed": 1}
    assert set(open_library.names()) == {"1.png", "film.mp4"}
    served.requests.clear()
    counts = open_library.counts(served.url, options=served.options)
    assert counts == {"unchanged": 2, "filesFailed": 1}
    assert [asked for asked in served.requests if asked.startswith("GET")] == []


def test_what_is_gone_there_is_deleted_where_it_is_asked_for(
    open_library: Library, served: Served
) -> None:
    served.put("1.png", media_files.picture(shade=1))
    served.put("2.png", media_files.picture(shade=2))
    open_library.sync(served.url, options=served.options)
    served.remove("1.png")
    counts = open_library.counts(served.url, options=served.options, remove=True)
    assert counts == {"removed": 1, "unchanged": 1}
    assert open_library.names() == ["2.png"]


def test_wrong_credentials_end_the_sync(open_library: Library, servers: dict[str, Served]) -> None:
    webdav = servers["webdav"]
    done = open_library.sync(webdav.url, options={"user": "maria", "password": "wrong"})
    assert (done.status, (done.error or {})["code"]) == (Status.FAILED, "SOURCE_DENIED")


def test_an_address_that_is_not_public_is_refused(
    library: Library, servers: dict[str, Served]
) -> None:
    webdav = servers["webdav"]
    webdav.requests.clear()
    done = library.sync(webdav.url, options=webdav.options)
    assert done.result is None
    assert webdav.requests == []
