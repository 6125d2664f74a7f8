"""Which module speaks which protocol."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module

from shared.settings import Settings
from shared.sources.options import SourceOptions
from shared.sources.source import Source
from shared.sources.url import SourceUrl

MODULES = {
    "s3": "s3",
    "sftp": "sftp",
    "webdav": "webdav",
    "webdavs": "webdav",
    "msgraph": "msgraph",
    "https": "https",
    "http": "https",
    "file": "local",
}


def open_source(
    url: SourceUrl, options: SourceOptions, settings: Settings
) -> AbstractContextManager[Source]:
    """Connect to the source at ``url``; only its own protocol's libraries are loaded."""
    module = import_module(f"shared.sources.{MODULES[url.scheme]}")
    connected: AbstractContextManager[Source] = module.open_source(url, options, settings)
    return connected
