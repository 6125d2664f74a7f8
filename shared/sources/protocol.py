"""Which module speaks which protocol."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module

from shared.documents.source_options import SourceOptions
from shared.documents.source_url import SourceUrl
from shared.settings import Settings
from shared.sources.source import Source

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
