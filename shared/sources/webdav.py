"""Folders and files on a WebDAV server.

``webdavs`` is TLS. ``webdav`` is plain http in networks that the yard's settings allow, and TLS
everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from shared.settings import Settings
from shared.sources import http
from shared.sources.options import SourceOptions
from shared.sources.plain import is_plain_allowed
from shared.sources.source import Entry, unreachable, unusable
from shared.sources.url import SourceUrl
from shared.sources.walk import Found, walk

if TYPE_CHECKING:
    from webdav4.multistatus import MultiStatusResponse

WANTED = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<propfind xmlns="DAV:"><prop>'
    "<resourcetype/><getcontentlength/><getetag/><getlastmodified/>"
    "</prop></propfind>"
)


@contextmanager
def open_source(
    url: SourceUrl, options: SourceOptions, settings: Settings
) -> Iterator[WebdavSource]:
    """A client for the server; nothing is asked yet."""
    root = httpx.URL(
        scheme=scheme_of(url, settings),
        host=url.host,
        port=url.port,
        raw_path=quote(url.path or "/").encode(),
    )
    with http.client(settings, http.credentials(options, url.user)) as client:
        yield WebdavSource(client, root, url.name)


def scheme_of(url: SourceUrl, settings: Settings) -> str:
    """Whether it is spoken over http or https."""
    is_plain = url.scheme == "webdav" and is_plain_allowed(settings, url.host, url.port or 80)
    return "http" if is_plain else "https"


class WebdavSource:
    """A collection, or one file; keys are URLs, as the server wrote them."""

    def __init__(self, client: httpx.Client, root: httpx.URL, name: str) -> None:
        self._client = client
        self._root = root
        self._name = name

    def entries(self, recursive: bool) -> Iterator[Entry]:
        """All files, one request for each collection."""
        found = self._properties(str(self._root), depth=0).responses.values()
        itself = next(iter(found), None)
        if itself is not None and itself.properties.resource_type == "file":
            properties = itself.properties
            yield Entry(self._name, str(self._root), properties.content_length, _tag(properties))
            return
        yield from walk(self._look, str(self._root), recursive)

    def _look(self, folder: str) -> Iterator[Found]:
        place = httpx.URL(folder)
        base = place.path.rstrip("/") + "/"
        for item in self._properties(folder, depth=1).responses.values():
            key = place.join(item.href)
            name = key.path.rstrip("/").removeprefix(base)
            if not key.path.startswith(base) or key.netloc != place.netloc:
                continue
            properties = item.properties
            is_folder = properties.resource_type == "directory"
            size = None if is_folder else properties.content_length
            yield Found(name, str(key), is_folder, size, None if is_folder else _tag(properties))

    def _properties(self, url: str, depth: int) -> MultiStatusResponse:
        from webdav4.multistatus import MultiStatusResponse

        headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
        with http.asked(self._client, "PROPFIND", url, headers=headers, content=WANTED) as answer:
            http.check(answer)
            if answer.status_code != httpx.codes.MULTI_STATUS:
                raise unusable("The server speaks no WebDAV at this address.")
            body = http.page(answer)
        try:
            return MultiStatusResponse(body.decode("utf-8", "replace"))
        except Exception as error:
            raise unreachable("The server's listing cannot be read.") from error

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """The file's content."""
        return http.content(http.asked(self._client, "GET", entry.key))


def _tag(properties: Any) -> str | None:
    """The server's own tag, or when the file was changed, each with the size."""
    sign = properties.etag or properties.modified
    return f"{properties.content_length}-{sign}" if sign else None
