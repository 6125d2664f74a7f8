"""Trees of folders are walked within limits, and names stay names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.sources.walk import MOST_DEPTH, Found, is_plain, walk


def endless(_key: str) -> Iterator[Found]:
    """A folder that contains a file and itself."""
    yield Found("file", "file")
    yield Found("again", "again", is_folder=True)


def test_a_folder_that_contains_itself_has_an_end() -> None:
    assert len(list(walk(endless, "", recursive=True))) == MOST_DEPTH + 1


def test_nothing_below_is_looked_at_unless_asked() -> None:
    assert [entry.path for entry in walk(endless, "", recursive=False)] == ["file"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc/passwd", "../up"])
def test_names_that_lead_elsewhere_are_passed_over(name: str) -> None:
    assert not is_plain(name)
    assert list(walk(lambda _: [Found(name, "x")], "", recursive=True)) == []
