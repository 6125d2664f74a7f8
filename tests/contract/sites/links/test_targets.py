"""Targets on real servers of each protocol: files are written, replaced, listed and read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.links.target import opened
from shared.links.target_file import LinkTarget
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from shared.sources.options import SourceOptions
from tests.sites.link_target import LOOPBACK
from tests.sources.s3 import s3_bucket
from tests.sources.served import Served
from tests.sources.sftp import sftp_server
from tests.sources.webdav import webdav_server

PROTOCOLS = ("file", "s3", "sftp", "webdav")
REMOTE = PROTOCOLS[1:]


@contextmanager
def served(protocol: str, folder: Path) -> Iterator[Served]:
    """A server of that protocol, or the folder itself."""
    if protocol == "file":
        yield Served(folder, str(folder))
    elif protocol == "s3":
        with s3_bucket() as bucket:
            yield bucket
    elif protocol == "sftp":
        with sftp_server(folder) as (server, fingerprint, _):
            server.options["host_key"] = fingerprint
            yield server
    else:
        with webdav_server(folder) as server:
            yield server


@pytest.fixture
def folder(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder that is no part of HOME."""
    return tmp_path_factory.mktemp("target").resolve()


def target_at(server: Served, **options: Any) -> LinkTarget:
    """The server as a target."""
    given = SourceOptions.of({**server.options, **options})
    return LinkTarget(name="there", url=server.url, public_url="https://p.example", options=given)


def open_to(settings: Settings, folder: Path) -> Settings:
    """Settings in which the servers of tests, and the folder, may be used."""
    return replace(settings, allow_networks=(LOOPBACK,), local_roots=(folder,))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_files_are_written_replaced_listed_read_and_removed(
    settings: Settings, folder: Path, protocol: str
) -> None:
    with served(protocol, folder) as server:
        at = target_at(server)
        with opened(at, open_to(settings, folder)) as files:
            assert (files.names("a"), files.read("a/one.txt")) == ([], None)
            files.write("a/one.txt", b"old", "text/plain")
            files.write("a/one.txt", "new é".encode(), "text/plain")
            files.write("a/two.txt", b"", "text/plain")
            files.write("top.xml", b"<x/>", "application/xml")
        with opened(at, open_to(settings, folder)) as files:
            assert files.names("a") == ["one.txt", "two.txt"]
            assert files.read("a/one.txt") == "new é".encode()
            assert files.read("top.xml") == b"<x/>"
            files.remove("a/two.txt")
            files.remove("a/two.txt")
            assert files.names("a") == ["one.txt"]
            assert files.public("a/one 1.txt") == "https://p.example/a/one%201.txt"


def test_objects_are_shown_with_their_media_type(settings: Settings, folder: Path) -> None:
    with s3_bucket() as bucket:
        with opened(target_at(bucket), open_to(settings, folder)) as files:
            files.write("page.html", b"<p>", "text/html; charset=utf-8")
        shown = bucket.client.head_object(Bucket=bucket.name, Key="in/page.html")
        assert shown["ContentType"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("protocol", ["sftp", "webdav"])
def test_refused_credentials_end_it_and_are_told_to_nobody(
    settings: Settings, folder: Path, protocol: str
) -> None:
    with served(protocol, folder) as server:
        at = target_at(server, password="a wrong password")
        with pytest.raises(NotAccepted) as caught:
            write(at, open_to(settings, folder))
        assert caught.value.message.startswith("The target there cannot be written to")
        assert "wrong password" not in caught.value.message


def test_another_host_key_than_the_one_named_ends_it(settings: Settings, folder: Path) -> None:
    with served("sftp", folder) as server, pytest.raises(NotAccepted, match="HostKey"):
        write(target_at(server, host_key="SHA256:another"), open_to(settings, folder))


def test_a_folder_on_an_sftp_server_is_that_folder(settings: Settings, folder: Path) -> None:
    with served("sftp", folder) as server:
        write(replace(target_at(server), url=f"{server.url}web/pod/"), open_to(settings, folder))
    assert (folder / "web" / "pod" / "one.txt").read_bytes() == b"one"


@pytest.mark.parametrize("protocol", REMOTE)
def test_a_server_in_a_network_that_is_not_allowed_is_not_connected_to(
    settings: Settings, folder: Path, protocol: str
) -> None:
    with served(protocol, folder) as server, pytest.raises(NotAccepted):
        write(target_at(server), replace(open_to(settings, folder), allow_networks=()))


@pytest.mark.parametrize("protocol", REMOTE)
def test_a_server_that_is_away_is_tried_later(
    settings: Settings, folder: Path, protocol: str
) -> None:
    with served(protocol, folder) as server:
        at = target_at(server)
    with pytest.raises(TryLater):
        write(at, open_to(settings, folder))


def test_a_bucket_that_is_missing_ends_it(settings: Settings, folder: Path) -> None:
    with s3_bucket() as bucket:
        at = replace(target_at(bucket), url="s3://no-such-bucket/in")
        with pytest.raises(NotAccepted):
            write(at, open_to(settings, folder))


def write(at: LinkTarget, settings: Settings) -> None:
    """Write a file there."""
    with opened(at, settings) as files:
        files.write("one.txt", b"one", "text/plain")
