"""A site that speaks Micropub as its specification says, strictly, with one token.

https://www.w3.org/TR/micropub/; the list of posts and the slug are widely known extensions:
https://indieweb.org/Micropub-extensions
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from tests.sites.faulty_site import Asked, Fault, FaultySite, Reply, Wrong

TOKEN = "canary-token-of-a-site"
HTML = {"Content-Type": "text/html; charset=UTF-8"}
PROPERTIES = {"name", "content", "summary", "category", "mp-slug"}
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
ENDPOINT = "/micropub?site=1"
"""With a query of its own, which clients have to keep."""


def refused(
    status: int, error: str = "", after: bool = False, headers: Mapping[str, str] | None = None
) -> Fault:
    """An error as the specification has it; with ``after`` although all was done."""
    content = {"error": error, "error_description": f"It is {error}"} if error else {}
    return Fault(Reply(status, content, headers or {}), after=after)


@dataclass
class Entry:
    """What was posted, at ``path``."""

    path: str
    properties: Mapping[str, Any]
    number: int

    def listed(self, site: str) -> dict[str, Any]:
        """As the list of posts has it."""
        properties = {name: value for name, value in self.properties.items() if name != "mp-slug"}
        moment = (FIRST + timedelta(minutes=self.number)).isoformat()
        return {
            "type": ["h-entry"],
            "properties": {**properties, "url": [site + self.path], "published": [moment]},
        }

    def html(self) -> str:
        """As its page shows it."""
        (content,) = self.properties["content"]
        body = escape(content) if isinstance(content, str) else content["html"]
        return f"<h1>{escape(''.join(self.properties.get('name', [])))}</h1>{body}"


class MicropubServer(FaultySite):
    """The site. ``posted`` are its entries, the oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.token = TOKEN
        self.announced = "header"
        """How the page names the endpoint: header, html, or not at all."""
        self.takes_slugs = True
        self.lists = "newest first"
        """In which order posts are listed: newest first, oldest first, or not at all."""
        self.page_lists = False
        """Whether the page links to the posts."""
        self.status = 201
        self.hides_posts = False
        self.posted: list[Entry] = []

    def add(self, content: str) -> Entry:
        """Somebody posts by other means."""
        return self._added({"content": [content]})

    def named(self, asked: Asked) -> str:
        """What the request is."""
        path = asked.url.path
        if path == "/micropub" and asked.method == "POST":
            return "create"
        if path == "/micropub" and asked.method == "GET":
            return "source" if "q" in asked.query else "bare"
        if asked.method == "GET":
            return "page" if path == "/" else "shown"
        raise Wrong("there is no such method")

    def refusal(self, message: str) -> Reply:
        """The answer to a request that is wrong."""
        return Reply(400, {"error": "invalid_request", "error_description": message})

    def carried_out(self, call: str, asked: Asked) -> Reply:
        """Check the request, and do it."""
        headers = {name.lower(): value for name, value in asked.headers.items()}
        self.expect(self.token not in asked.url.query, "no token in an address")
        if call in ("source", "create"):
            self.expect(asked.query.get("site") == "1", "the endpoint's own query is kept")
            if headers.get("authorization") != f"Bearer {self.token}":
                return Reply(401, {"error": "unauthorized"})
        else:
            self.expect("authorization" not in headers, f"{call}: the token is the endpoint's")
        do: Callable[[Asked], Reply] = getattr(self, f"_{call}")
        return do(asked)

    def _page(self, _: Asked) -> Reply:
        links = "".join(f'<a href="{each.path}">read</a>' for each in self.posted)
        named = f'<link href="{ENDPOINT}" rel="micropub">' if self.announced == "html" else ""
        body = f"<html>{named}<h1>A site</h1>{links if self.page_lists else ''}</html>"
        header = {"Link": f'<{ENDPOINT}>; rel="micropub"'} if self.announced == "header" else {}
        return Reply(200, body.encode(), {**HTML, **header})

    def _bare(self, _: Asked) -> Reply:
        return Reply(401, {"error": "unauthorized"})

    def _source(self, asked: Asked) -> Reply:
        self.expect(asked.query["q"] == "source", f"q: {asked.query['q']}")
        self.expect(1 <= int(asked.query["limit"]) <= 100, "limit: 1 to 100")
        if not self.lists:
            return Reply(400, {"error": "invalid_request"})
        order = 1 if self.lists == "oldest first" else -1
        return Reply(200, {"items": [each.listed(self.url) for each in self.posted[::order][:20]]})

    def _create(self, asked: Asked) -> Reply:
        headers = {name.lower(): value for name, value in asked.headers.items()}
        self.expect(headers.get("content-type") == "application/json", "Content-Type: JSON")
        given = json.loads(asked.body)
        self.expect(set(given) == {"type", "properties"}, f"members: {sorted(given)}")
        self.expect(given["type"] == ["h-entry"], "type: h-entry")
        properties = given["properties"]
        self.expect(set(properties) <= PROPERTIES, f"unknown properties: {sorted(properties)}")
        self.expect(all(isinstance(each, list) and each for each in properties.values()), "lists")
        entry = self._added(properties)
        return Reply(self.status, {}, {"Location": entry.path})

    def _added(self, properties: Mapping[str, Any]) -> Entry:
        number = len(self.posted) + 1
        slug = properties.get("mp-slug", [str(number)])[0] if self.takes_slugs else str(number)
        self.posted.append(Entry(f"/posts/{slug}", properties, number))
        return self.posted[-1]

    def _shown(self, asked: Asked) -> Reply:
        found = [each for each in self.posted if each.path == asked.url.path]
        if not found or self.status == 202:
            return Reply(404, b"Not found", HTML)
        return Reply(200, b"<h1>A post" if self.hides_posts else found[0].html().encode(), HTML)
