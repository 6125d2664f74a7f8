"""Document libraries of SharePoint and OneDrive, by Microsoft Graph.

`msgraph://SITE.sharepoint.com/sites/NAME/LIBRARY/path`, `msgraph://drive/ID/path` or
`msgraph://user/NAME/path`. An application signs in: ``tenant_id``, ``client_id``,
``client_secret``; ``token`` instead, where the caller has one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import orjson

from shared.settings import Settings
from shared.sources import http
from shared.sources.options import SourceOptions
from shared.sources.plain import check_endpoint
from shared.sources.source import (
    Entry,
    denied,
    missing,
    unreachable,
    unusable,
)
from shared.sources.url import SourceUrl
from shared.sources.walk import Found, walk

GRAPH = "https://graph.microsoft.com/v1.0"
LOGIN = "https://login.microsoftonline.com"
PAGE = 200
FIELDS = "id,name,size,file,folder,cTag,eTag"
EARLY_SECONDS = 120.0
"""How long before its end a token is exchanged for a new one."""
Json = dict[str, Any]


@contextmanager
def open_source(
    url: SourceUrl, options: SourceOptions, settings: Settings
) -> Iterator[GraphSource]:
    """A client, and the drive that ``url`` means."""
    base = (options.endpoint_url or GRAPH).rstrip("/")
    for endpoint in (base, options.login_url or LOGIN):
        check_endpoint(settings, endpoint)
    with http.client(settings) as client:
        graph = Graph(client, base, _tokens(client, options, base))
        drive, path = _drive(graph, url)
        yield GraphSource(graph, drive, path)


def _tokens(client: httpx.Client, options: SourceOptions, base: str) -> Callable[[], str]:
    """What gives a token that is good now."""
    if options.token:
        given = options.token
        return lambda: given
    if not (options.tenant_id and options.client_id and options.client_secret):
        raise unusable("options needs tenant_id, client_id and client_secret, or a token.")
    parts = urlsplit(base)
    form = {
        "grant_type": "client_credentials",
        "client_id": options.client_id,
        "client_secret": options.client_secret,
        "scope": f"{parts.scheme}://{parts.netloc}/.default",
    }
    login = (options.login_url or LOGIN).rstrip("/")
    return _Login(client, f"{login}/{quote(options.tenant_id)}/oauth2/v2.0/token", form)


class _Login:
    """Signs the application in, whenever its token is about to end."""

    def __init__(self, client: httpx.Client, url: str, form: dict[str, str]) -> None:
        self._client = client
        self._url = url
        self._form = form
        self._token = ""
        self._ends_at = 0.0

    def __call__(self) -> str:
        if time.monotonic() > self._ends_at - EARLY_SECONDS:
            with http.asked(
                self._client, "POST", self._url, data=self._form, follow_redirects=False
            ) as answer:
                if answer.status_code in (400, 401):
                    raise denied("Microsoft refuses tenant, client or secret.")
                http.check(answer)
                told = _json(answer)
            self._token = str(told.get("access_token", ""))
            self._ends_at = time.monotonic() + float(told.get("expires_in", 0))
        return self._token


class Graph:
    """The API, at one address."""

    def __init__(self, client: httpx.Client, base: str, token: Callable[[], str]) -> None:
        self._client = client
        self._base = base
        self._token = token

    def get(self, path: str) -> Json:
        """What is at ``path``, which may have a query."""
        return self._asked(self._base + path)

    def pages(self, path: str) -> Iterator[Json]:
        """All items of a list, however many pages it has."""
        found = self.get(path)
        while True:
            yield from found.get("value", ())
            more = found.get("@odata.nextLink")
            if not more:
                return
            found = self._asked(self._own(str(more)))

    def _own(self, url: str) -> str:
        """``url`` if it is the API's: nobody else is shown the token."""
        if not url.startswith(f"{self._base}/"):
            raise unreachable("The server's listing goes on at another server.")
        return url

    def _asked(self, url: str) -> Json:
        with self._signed(url) as answer:
            http.check(answer)
            return _json(answer)

    def _signed(self, url: str) -> http.Asked:
        """The answer; where it redirects, the token stays here."""
        return http.asked(self._client, "GET", url, auth=http.bearer(self._token()))

    def content(self, path: str) -> Iterator[bytes]:
        """The file at ``path``; it comes from another server, which needs no token."""
        return http.content(self._signed(self._base + path))


def _json(answer: httpx.Response) -> Json:
    try:
        found = orjson.loads(http.page(answer))
    except ValueError as error:
        raise unreachable("The server's answer cannot be read.") from error
    if not isinstance(found, dict):
        raise unreachable("The server's answer is not as documented.")
    return found


def _drive(graph: Graph, url: SourceUrl) -> tuple[str, str]:
    """The path of the drive in the API, and the path in the drive."""
    parts = [part for part in url.path.split("/") if part]
    if url.host in ("drive", "user"):
        if not parts:
            raise unusable(f"msgraph://{url.host}/ needs a name behind it.")
        owner = quote(parts[0], safe="")
        drive = f"/drives/{owner}" if url.host == "drive" else f"/users/{owner}/drive"
        return drive, "/".join(parts[1:])
    if len(parts) < 3 or parts[0] not in ("sites", "teams"):
        raise unusable("A library is msgraph://SITE.sharepoint.com/sites/NAME/LIBRARY/path.")
    site = graph.get(f"/sites/{url.host}:/{parts[0]}/{quote(parts[1], safe='')}")
    for drive_found in graph.pages(f"/sites/{quote(str(site.get('id')), safe=',')}/drives"):
        if drive_found.get("name") == parts[2]:
            return f"/drives/{quote(str(drive_found.get('id')), safe='!')}", "/".join(parts[3:])
    raise missing("The site has no such library.")


class GraphSource:
    """A folder of a drive, or one file; keys are ids of items."""

    def __init__(self, graph: Graph, drive: str, path: str) -> None:
        self._graph = graph
        self._drive = drive
        self._path = path

    def entries(self, recursive: bool) -> Iterator[Entry]:
        """All files, page by page, folder by folder; notebooks and the like are no files."""
        place = f"/root:/{quote(self._path)}" if self._path else "/root"
        item = self._graph.get(f"{self._drive}{place}?$select={FIELDS}")
        if "folder" in item:
            yield from walk(self._look, str(item["id"]), recursive)
        elif "file" in item:
            yield Entry(str(item["name"]), str(item["id"]), item.get("size"), _tag(item))

    def _look(self, folder: str) -> Iterator[Found]:
        path = f"{self._item(folder)}/children?$select={FIELDS}&$top={PAGE}"
        for item in self._graph.pages(path):
            name, key = str(item.get("name", "")), str(item.get("id", ""))
            if "folder" in item:
                yield Found(name, key, is_folder=True)
            elif "file" in item:
                yield Found(name, key, size_bytes=item.get("size"), tag=_tag(item))

    def _item(self, key: str) -> str:
        return f"{self._drive}/items/{quote(key, safe='!')}"

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """The file's content."""
        return self._graph.content(f"{self._item(entry.key)}/content")


def _tag(item: Json) -> str | None:
    """The content's own tag; the item's where there is none, which changes with its name too."""
    tag = item.get("cTag") or item.get("eTag")
    return str(tag) if tag else None
