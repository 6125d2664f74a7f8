"""Which addresses a folder may be synced from, and how they are read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shared.errors import Refused
from shared.settings import Settings, read_settings
from shared.sources.url import SourceUrl, read_source_url


@pytest.fixture
def rooted(tmp_path: Path) -> Settings:
    """Settings with one local root, and HOME in it."""
    given = {"TASKYARD_HOME": str(tmp_path / ".taskyard"), "TASKYARD_SECRET_KEY": "k" * 32}
    return replace(read_settings(given), local_roots=(tmp_path.resolve(),))


READ = {
    "s3://papers": SourceUrl(scheme="s3", host="papers"),
    "s3://papers/a%20b/c?d#e/": SourceUrl(scheme="s3", host="papers", path="/a%20b/c?d#e/"),
    "s3://Papers_1/": SourceUrl(scheme="s3", host="Papers_1", path="/"),
    "sftp://maria@files.example:2222/a%20b/": SourceUrl(
        scheme="sftp", host="files.example", port=2222, user="maria", path="/a b/"
    ),
    "webdavs://files.example/dav/%C3%A9": SourceUrl(
        scheme="webdavs", host="files.example", path="/dav/é"
    ),
    "msgraph://drive/b!1/a%20b": SourceUrl(scheme="msgraph", host="drive", path="/b!1/a b"),
    "https://files.example/a%20b?v=1#x": SourceUrl(
        scheme="https", host="files.example", path="/a%20b", query="v=1"
    ),
    "HTTPS://Files.Example/": SourceUrl(scheme="https", host="files.example", path="/"),
    "s3://papers/a::b": SourceUrl(scheme="s3", host="papers", path="/a::b"),
    "sftp://[2001:db8::1]:22/x": SourceUrl(scheme="sftp", host="2001:db8::1", port=22, path="/x"),
}


@pytest.mark.parametrize(("text", "url"), READ.items(), ids=list(READ))
def test_addresses_are_read(text: str, url: SourceUrl, rooted: Settings) -> None:
    assert read_source_url(text, rooted) == url


REFUSED = {
    "": "URL of at most",
    "s3://" + "a" * 2000: "URL of at most",
    "https://a.example/\n": "URL of at most",
    "a/relative/path": "or begins with s3://",
    "ftp://a.example/": "or begins with s3://",
    "gs://bucket/": "or begins with s3://",
    "javascript:alert(1)": "or begins with s3://",
    "https:/a.example/": "or begins with s3://",
    "zip://x.zip::https://a.example/": "chained",
    "simplecache::s3://papers/": "chained",
    "https://a.example/x.zip::zip://y": "chained",
    "sftp://maria:secret@a.example/": "options.password",
    "https://:secret@a.example/": "options.password",
    "s3:///key": "bucket",
    "https:///x": "host",
    "sftp://a.example:99999/": "no URL",
    "sftp://a.example:x/": "no URL",
    "https://[::1/": "no URL",
    "sftp://a.example/a#b": "%23",
    "file://a.example/etc": "no host",
    "/etc/passwd": "TASKYARD_LOCAL_ROOTS",
    "file:///etc/passwd": "TASKYARD_LOCAL_ROOTS",
    "file:///%2e%2e/etc": "TASKYARD_LOCAL_ROOTS",
}


@pytest.mark.parametrize(("text", "why"), REFUSED.items(), ids=[t[:40] for t in REFUSED])
def test_other_addresses_are_refused(text: str, why: str, rooted: Settings) -> None:
    with pytest.raises(Refused, match=why) as caught:
        read_source_url(text, rooted)
    assert (caught.value.code, caught.value.field) == ("BAD_REQUEST", "url")
    assert "secret" not in str(caught.value)


def test_paths_below_a_root_are_read(rooted: Settings, tmp_path: Path) -> None:
    root = tmp_path.resolve()
    for text in (f"{root}/a b", f"file://{root}/a%20b", f"{root}/x/../a b", f"{root}//a b/"):
        assert read_source_url(text, rooted) == SourceUrl(scheme="file", path=f"{root}/a b")


def test_paths_around_a_root_are_refused(rooted: Settings, tmp_path: Path) -> None:
    root = tmp_path.resolve()
    for text in (f"{root}/..", f"{root}-beside", f"{root}/.taskyard", f"{root}/.taskyard/x"):
        with pytest.raises(Refused):
            read_source_url(text, rooted)


def test_what_the_yard_keeps_elsewhere_is_refused(rooted: Settings, tmp_path: Path) -> None:
    root = tmp_path.resolve()
    elsewhere = replace(
        rooted, blobs_url=f"file://{root}/blobs", database_url=f"sqlite:///{root}/data/yard.db"
    )
    for name in ("blobs", "blobs/ab/abc", "data/yard.db", "data/yard.db-wal"):
        with pytest.raises(Refused, match="LOCAL_ROOTS"):
            read_source_url(f"{root}/{name}", elsewhere)
    read_source_url(f"{root}/data/letters", elsewhere)


def test_without_roots_no_path_is_read(rooted: Settings, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        read_source_url(str(tmp_path), replace(rooted, local_roots=()))


def test_the_same_place_has_the_same_text(rooted: Settings) -> None:
    one = read_source_url("sftp://maria@Files.example:2222/a%20b", rooted)
    other = read_source_url("sftp://maria@files.example:2222/a b", rooted)
    assert one.text == other.text == "sftp://maria@files.example:2222/a b"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://a.example/x/a%20b.pdf?v=1", "a b.pdf"),
        ("s3://papers/x/a%20b.pdf", "a%20b.pdf"),
        ("sftp://a.example/x/a%20b.pdf", "a b.pdf"),
        ("https://a.example/", ""),
    ],
)
def test_the_name_is_the_last_part(text: str, name: str, rooted: Settings) -> None:
    assert read_source_url(text, rooted).name == name
