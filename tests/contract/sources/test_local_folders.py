"""Folders of this machine: what lies outside the roots is never read, whatever links say."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from shared.errors import Refused
from shared.settings import Settings
from shared.sources.local import open_source
from shared.sources.options import SourceOptions
from shared.sources.source import FileUnread
from shared.sources.url import read_source_url


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A local root, with a secret beside it."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.txt").write_text("secret")
    root = tmp_path.resolve() / "root"
    root.mkdir()
    return root


@pytest.fixture
def rooted(open_settings: Settings, root: Path) -> Settings:
    """Settings with that one root, and HOME inside of it."""
    return replace(open_settings, local_roots=(root,), home=root / ".taskyard")


def paths(root: Path, settings: Settings) -> set[str]:
    url = read_source_url(str(root), settings)
    with open_source(url, SourceOptions(), settings) as source:
        return {entry.path for entry in source.entries(True)}


def test_links_are_not_followed(root: Path, rooted: Settings) -> None:
    (root / "a.txt").write_text("a")
    (root / "folder").symlink_to(root.parent / "secret")
    (root / "file.txt").symlink_to(root.parent / "secret" / "key.txt")
    assert paths(root, rooted) == {"a.txt"}


def test_a_root_reached_by_a_link_is_the_folder_behind_it(root: Path, rooted: Settings) -> None:
    (root / "a.txt").write_text("a")
    link = root.parent / "link"
    link.symlink_to(root)
    assert paths(link, rooted) == {"a.txt"}


def test_a_link_out_of_the_root_is_refused(root: Path, rooted: Settings) -> None:
    (root / "out").symlink_to(root.parent / "secret")
    with pytest.raises(Refused):
        read_source_url(str(root / "out"), rooted)


def test_home_is_never_read(root: Path, rooted: Settings) -> None:
    home = root / ".taskyard"
    home.mkdir()
    (home / "secret_key").write_text("secret")
    (root / "a.txt").write_text("a")
    assert paths(root, rooted) == {"a.txt"}
    with pytest.raises(Refused):
        read_source_url(f"{home}/secret_key", rooted)


def test_a_database_outside_of_home_is_never_read(root: Path, rooted: Settings) -> None:
    settings = replace(rooted, database_url=f"sqlite:///{root}/yard.db")
    for name in ("yard.db", "yard.db-wal", "yard.db-shm", "a.txt"):
        (root / name).write_text(name)
    assert paths(root, settings) == {"a.txt"}


def test_pipes_are_no_files(root: Path, rooted: Settings) -> None:
    os.mkfifo(root / "pipe")
    assert paths(root, rooted) == set()


def test_a_file_exchanged_for_a_link_is_not_read(root: Path, rooted: Settings) -> None:
    (root / "folder").mkdir()
    (root / "folder" / "key.txt").write_text("harmless")
    url = read_source_url(str(root), rooted)
    with open_source(url, SourceOptions(), rooted) as source:
        (entry,) = list(source.entries(True))
        (root / "folder").rename(root / "before")
        (root / "folder").symlink_to(root.parent / "secret")
        with pytest.raises(FileUnread):
            list(source.chunks(entry))


def test_names_that_are_no_text_are_listed_and_read(root: Path, rooted: Settings) -> None:
    with open(os.fsencode(root) + b"/caf\xe9.txt", "wb") as file:  # noqa: PTH123 - bytes
        file.write(b"latin")
    url = read_source_url(str(root), rooted)
    with open_source(url, SourceOptions(), rooted) as source:
        (entry,) = list(source.entries(True))
        assert b"".join(source.chunks(entry)) == b"latin"
