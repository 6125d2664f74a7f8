"""A server that speaks the documented drive API of Microsoft Graph, and checks what it is asked.

As Microsoft documents them: the token endpoint of the client credentials grant; a site by its
path; its drives; an item by path and by id; children in pages with ``@odata.nextLink``; content
as a redirect to another server, where a token must not be sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.sources.served import Served, web_server

TENANT, CLIENT, SECRET, TOKEN = "contoso.example", "an-app", "a secret / of it", "a-token"
SITE, DRIVE = "contoso.sharepoint.com,1,2", "b!drive"
PAGE = 2
"""Items on a page at most, whatever ``$top`` asks: servers may give fewer."""


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Nothing: the tests look at ``requests``."""

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def tell(self, document: dict[str, Any], status: int = 200) -> None:
        """Send JSON."""
        self.answer(status, json.dumps(document).encode(), Content_Type="application/json")


@contextmanager
def graph_server(folder: Path) -> Iterator[Served]:
    """The source: a drive whose root is ``folder``; ``complaints`` say what was asked wrongly."""
    served = Served(folder, f"msgraph://drive/{DRIVE}/")
    with ExitStack() as stack:
        storage = stack.enter_context(web_server(_storage(served)))
        url = stack.enter_context(web_server(_api(served, storage)))
        served.options = {
            "tenant_id": TENANT,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "endpoint_url": f"{url}/v1.0",
            "login_url": url,
        }
        served.wrong_options = {**served.options, "client_secret": "wrong"}
        yield served


def _storage(served: Served) -> type[BaseHTTPRequestHandler]:
    class Storage(_Quiet):
        """Where contents come from: by an address that needs no token, and must see none."""

        def do_GET(self) -> None:
            if self.headers.get("Authorization"):
                served.complaints.append("a token was sent to the storage")
            file = served.folder / unquote(self.path.removeprefix("/"))
            if file.is_file():
                self.answer(200, file.read_bytes())
            else:
                self.answer(404, b"")

    return Storage


def _api(served: Served, storage: str) -> type[BaseHTTPRequestHandler]:
    class Api(_Api):
        """The API of this drive."""

    Api.served, Api.storage = served, storage
    return Api


class _Api(_Quiet):
    """The login and the API."""

    served: Served
    storage: str

    @property
    def address(self) -> str:
        """Where we are."""
        return f"http://{self.headers['Host']}"

    def do_POST(self) -> None:
        """Let an application sign in."""
        length = int(self.headers.get("Content-Length", 0))
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        wanted = {"grant_type": "client_credentials", "scope": f"{self.address}/.default"}
        if self.path != f"/{TENANT}/oauth2/v2.0/token":
            self.served.complaints.append(f"a token was asked for at {self.path}")
        if not wanted.items() <= form.items():
            self.served.complaints.append(f"the login was asked for {form.keys()}")
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            self.tell({"error": "invalid_client"}, 401)
            return
        self.tell({"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN})

    def do_GET(self) -> None:
        """Answer about sites, drives and items."""
        parts = urlsplit(self.path)
        self.served.requests.append(f"GET {parts.path}")
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.tell({"error": {"code": "InvalidAuthenticationToken"}}, 401)
            return
        path = unquote(parts.path.removeprefix("/v1.0"))
        for pattern, answer in self.routes.items():
            if found := re.fullmatch(pattern, path):
                answer(self, *found.groups())
                return
        self.served.complaints.append(f"nothing is documented at {path}")
        self.tell({"error": {"code": "BadRequest"}}, 400)

    def site(self) -> None:
        """A site, by its path."""
        self.tell({"id": SITE, "name": "Team"})

    def drives(self) -> None:
        """The libraries of the site."""
        self.tell({"value": [{"id": "other", "name": "x"}, {"id": DRIVE, "name": "Papers"}]})

    def item(self, path: str | None) -> None:
        """An item of the drive, by its path."""
        place = self.served.folder / (path or "")
        if place.exists():
            self.tell(_item(self.served.folder, place))
        else:
            self.tell({"error": {"code": "itemNotFound"}}, 404)

    def children(self, item_id: str) -> None:
        """What lies in a folder, in pages."""
        query = parse_qs(urlsplit(self.path).query)
        skip = int(query.get("$skiptoken", ["0"])[0])
        found = sorted((self.served.folder / _path(item_id)).iterdir())
        page: dict[str, Any] = {
            "value": [_item(self.served.folder, p) for p in found[skip : skip + PAGE]]
        }
        if skip + PAGE < len(found):
            here = f"{self.address}{urlsplit(self.path).path}"
            page["@odata.nextLink"] = f"{here}?$skiptoken={skip + PAGE}"
        self.tell(page)

    def content(self, item_id: str) -> None:
        """Where the content of a file is to be had."""
        self.answer(302, b"", Location=f"{self.storage}/{quote(_path(item_id))}")

    routes: ClassVar[dict[str, Callable[..., None]]] = {
        r"/sites/contoso\.sharepoint\.com:/sites/Team": site,
        rf"/sites/{re.escape(SITE)}/drives": drives,
        rf"/drives/{re.escape(DRIVE)}/root(?::/(.*))?": item,
        rf"/drives/{re.escape(DRIVE)}/items/([^/]+)/children": children,
        rf"/drives/{re.escape(DRIVE)}/items/([^/]+)/content": content,
    }


def _item(root: Path, path: Path) -> dict[str, Any]:
    seen = path.stat()
    item: dict[str, Any] = {"id": _id(root, path), "name": path.name, "size": seen.st_size}
    if path.is_dir():
        return {**item, "folder": {"childCount": len(list(path.iterdir()))}, "eTag": '"{A},1"'}
    tag = f'"c:{{{item["id"]}}},{seen.st_mtime_ns}"'
    return {**item, "file": {"mimeType": "text/plain"}, "cTag": tag, "eTag": f"{tag}e"}


def _id(root: Path, path: Path) -> str:
    """An item's id: opaque for clients, its path for us."""
    return "01" + str(path.relative_to(root)).encode().hex()


def _path(item_id: str) -> str:
    return bytes.fromhex(item_id[2:]).decode()
