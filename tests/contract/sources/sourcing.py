"""Short ways to list and read a source."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import TaskError
from shared.settings import Settings
from shared.sources.options import SourceOptions
from shared.sources.protocol import open_source
from shared.sources.source import Entry
from shared.sources.url import read_source_url
from tests.sources.served import Served


def listed(served: Served, settings: Settings, recursive: bool = True) -> dict[str, Entry]:
    """The entries of the source, by path."""
    url, options = read_source_url(served.url, settings), SourceOptions.of(served.options)
    with open_source(url, options, settings) as source:
        return {entry.path: entry for entry in source.entries(recursive)}


def read(address: str, given: dict[str, Any], settings: Settings) -> dict[str, bytes]:
    """The source's files with their contents."""
    url, options = read_source_url(address, settings), SourceOptions.of(given)
    with open_source(url, options, settings) as source:
        return {e.path: b"".join(source.chunks(e)) for e in list(source.entries(True))}


def failing(address: str, given: dict[str, Any], settings: Settings) -> TaskError:
    """How listing that source fails."""
    url, options = read_source_url(address, settings), SourceOptions.of(given)
    with pytest.raises(TaskError) as caught, open_source(url, options, settings) as source:
        list(source.entries(True))
    return caught.value
