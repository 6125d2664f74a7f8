"""A file on a web server; or, where the path ends with a slash, the files that its page links to.

Of a page, links of the same host count that lead one level below the page, as web servers write
for folders. Each is asked for its tag with a HEAD request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from urllib.parse import unquote

import httpx

from shared.settings import Settings
from shared.sources import http
from shared.sources.options import SourceOptions
from shared.sources.source import Entry, missing
from shared.sources.url import SourceUrl
from shared.sources.walk import is_plain

HTML = ("text/html", "application/xhtml+xml")
GONE = (404, 410)


@contextmanager
def open_source(url: SourceUrl, options: SourceOptions, settings: Settings) -> Iterator[WebSource]:
    """A client for the server; nothing is asked yet."""
    bare = SourceUrl(
        scheme=url.scheme, host=url.host, port=url.port, path=url.path or "/", query=url.query
    )
    with http.client(settings, http.credentials(options, url.user)) as client:
        yield WebSource(client, bare)


class WebSource:
    """One file, or those that a page links to; keys are URLs."""

    def __init__(self, client: httpx.Client, url: SourceUrl) -> None:
        self._client = client
        self._url = url

    def entries(self, recursive: bool) -> Iterator[Entry]:
        """The file, or the files of the page; a page has no folders to go into."""
        links = self._links() if self._url.path.endswith("/") else None
        if links is not None:
            found = (self._seen(name, link) for name, link in links.items())
            yield from (entry for entry in found if entry is not None)
            return
        entry = self._seen(self._url.name or self._url.host, self._url.text)
        if entry is None:
            raise missing()
        yield entry

    def _links(self) -> dict[str, str] | None:
        """URLs of files by their names; None where there is no page but a file."""
        with http.asked(self._client, "GET", self._url.text) as answer:
            http.check(answer)
            if _type(answer) not in HTML:
                return None
            text = http.page(answer).decode("utf-8", "replace")
            return links_below(answer.url, text)

    def _seen(self, name: str, url: str) -> Entry | None:
        """The file at ``url`` as its server describes it; None where it is gone.

        A server that answers no HEAD leaves size and tag unknown: the file is read each time.
        """
        with http.asked(self._client, "HEAD", url) as answer:
            if answer.status_code == 401 or answer.status_code in http.OVERLOADED:
                http.check(answer)
            if answer.status_code in GONE:
                return None
            if not answer.is_success:
                return Entry(name, url)
            return Entry(name, url, _length(answer), _tag(answer))

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """The file's content."""
        return http.content(http.asked(self._client, "GET", entry.key))


class _Links(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def links_below(page: httpx.URL, html: str) -> dict[str, str]:
    """The files one level below ``page`` that ``html`` links to: name to URL; pure."""
    reader = _Links()
    reader.feed(html)
    below: dict[str, str] = {}
    for link in reader.found:
        try:
            url = page.join(link).copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError):
            continue
        name = _name_below(page, url)
        if name is not None:
            below.setdefault(name, str(url))
    return below


def _name_below(page: httpx.URL, url: httpx.URL) -> str | None:
    base = page.raw_path.partition(b"?")[0].decode("ascii").rpartition("/")[0] + "/"
    path = url.raw_path.decode("ascii")
    is_same = (url.scheme, url.host, url.port) == (page.scheme, page.host, page.port)
    rest = path.removeprefix(base)
    if not is_same or not path.startswith(base) or "/" in rest or "?" in rest:
        return None
    name = unquote(rest)
    return name if is_plain(name) else None


def _type(answer: httpx.Response) -> str:
    return str(answer.headers.get("Content-Type", "")).partition(";")[0].strip().lower()


def _length(answer: httpx.Response) -> int | None:
    text = answer.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() else None


def _tag(answer: httpx.Response) -> str | None:
    """The server's own tag, or when the file was changed, each with the size."""
    headers = answer.headers
    sign = headers.get("ETag") or headers.get("Last-Modified")
    return f"{headers.get('Content-Length', '')}-{sign}" if sign else None
