"""A blog that speaks WordPress's REST API as documented, strictly, with one user.

https://developer.wordpress.org/rest-api/reference/posts/, …/users/, …/categories/, …/tags/,
https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from tests.sites.faulty_site import Asked, Fault, FaultySite, Reply, Wrong

USERNAME = "ann"
PASSWORD = "canary cana ryca nary cana ryca"
HTML = {"Content-Type": "text/html; charset=UTF-8"}
CALLS = (
    ("GET", r"/wp/v2/users/me", "me"),
    ("POST", r"/wp/v2/users/me", "change"),
    ("GET", r"/wp/v2/users/\d+", "user"),
    ("GET", r"/wp/v2/posts", "posts"),
    ("POST", r"/wp/v2/posts", "create"),
    ("GET", r"/wp/v2/posts/\d+", "post"),
    ("DELETE", r"/wp/v2/posts/\d+", "remove"),
    ("GET", r"/wp/v2/(categories|tags)", "terms"),
    ("POST", r"/wp/v2/(categories|tags)", "add_term"),
    ("GET", r"/", "root"),
)
PAGES = ((r"/", "page"), (r"/author/[\w-]+/", "author"), (r"/[\w-]+/", "shown"))
POSTED = {"title", "content", "excerpt", "slug", "status", "categories", "tags"}
OPEN = {"page", "author", "shown", "root", "user"}
"""Calls that nobody has to sign in for."""


def refused(
    status: int, code: str, after: bool = False, headers: Mapping[str, str] | None = None
) -> Fault:
    """An error of the API; with ``after`` although all was done."""
    return Fault(error(status, code, headers=headers), after=after)


def error(
    status: int, code: str, headers: Mapping[str, str] | None = None, **data: object
) -> Reply:
    """An error as WordPress words it, HTML and all."""
    message = f"<strong>Error:</strong> {code.replace('_', ' ')}"
    content = {"code": code, "message": message, "data": {"status": status, **data}}
    return Reply(status, content, headers or {})


def page(html: str, status: int = 200) -> Reply:
    """A page for people."""
    return Reply(status, f"<!doctype html><html>{html}</html>".encode(), HTML)


def named(asked: Asked) -> str:
    """What the request is called here."""
    route = asked.query.get("rest_route") if asked.url.path == "/" else None
    if route is None and asked.url.path.startswith("/wp-json/"):
        route = asked.url.path.removeprefix("/wp-json")
    if route is None:
        pages = (name for path, name in PAGES if re.fullmatch(path, asked.url.path))
        found = next(pages, "") if asked.method == "GET" else ""
    else:
        calls = (
            name
            for way, path, name in CALLS
            if (way, True) == (asked.method, bool(re.fullmatch(path, route)))
        )
        found = next(calls, "")
    if not found:
        raise Wrong("there is no such route")
    return found


@dataclass
class BlogPost:
    """What was posted."""

    id: int
    fields: Mapping[str, Any]
    slug: str
    status: str

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.fields["title"])

    @property
    def content(self) -> str:
        """Its HTML."""
        return str(self.fields["content"])


class WordPressServer(FaultySite):
    """The blog. ``posts`` are those that are there, the oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.username, self.password = USERNAME, PASSWORD
        self.announced: str = "header"
        """How the page tells where the API is: header, html, or not at all."""
        self.plain_permalinks = False
        self.may_make_categories = True
        self.hides_website = False
        """A theme and a setting that show nobody the user's website."""
        self.hides_posts = False
        """Pages of posts lack their content."""
        self.first_status = "publish"
        """What becomes of a new post, where plugins interfere."""
        self.profile = {"description": "", "url": ""}
        self.posted: list[BlogPost] = []
        self.terms: dict[str, dict[int, str]] = {
            "categories": {1: "Uncategorized", 7: "R &amp; D"},
            "tags": {},
        }
        self._last_id = 10

    def posts(self) -> list[BlogPost]:
        """The posts, the oldest first."""
        return self.posted

    def names(self, taxonomy: str, post: BlogPost) -> list[str]:
        """The names of a post's terms."""
        return [self.terms[taxonomy][term] for term in post.fields.get(taxonomy, [])]

    def named(self, asked: Asked) -> str:
        """What the API calls the request."""
        return named(asked)

    def refusal(self, message: str) -> Reply:
        """The answer to a request that is wrong."""
        return error(400, "rest_invalid_param")

    def carried_out(self, call: str, asked: Asked) -> Reply:
        """Check the request, and do it."""
        headers = {name.lower(): value for name, value in asked.headers.items()}
        self.expect("cookie" not in headers, "nobody asked for cookies")
        self.expect(self.password not in asked.url.query, "no password in an address")
        signed_in = headers.get("authorization") == self._basic()
        if call in OPEN:
            self.expect("authorization" not in headers, f"{call}: no credential is needed")
        elif not signed_in:
            return error(401, "rest_not_logged_in")
        do: Callable[[Asked], Reply] = getattr(self, f"_{call}")
        return do(asked)

    def _basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()

    def _page(self, _: Asked) -> Reply:
        root = f"{self.url}/?rest_route=/" if self.plain_permalinks else f"{self.url}/wp-json/"
        link = f"<link rel='https://api.w.org/' href='{escape(root)}' />"
        made = page(f"<head>{link if self.announced == 'html' else ''}</head><h1>A blog</h1>")
        header = {"Link": f'<{root}>; rel="https://api.w.org/"'}
        return Reply(200, made.content, {**HTML, **(header if self.announced == "header" else {})})

    def _root(self, _: Asked) -> Reply:
        return Reply(200, {"name": "A blog", "namespaces": ["oembed/1.0", "wp/v2"]})

    def _me(self, asked: Asked) -> Reply:
        self.expect(asked.query.get("context") == "edit", "context: edit")
        return Reply(200, self._user_shown())

    def _change(self, asked: Asked) -> Reply:
        given = _json(asked)
        self.expect(set(given) <= set(self.profile), f"unknown fields: {sorted(given)}")
        self.profile |= {name: escape(value, quote=False) for name, value in given.items()}
        return Reply(200, self._user_shown())

    def _user(self, _: Asked) -> Reply:
        if self.hides_website or not self.posted:
            return error(401, "rest_user_cannot_view")
        return Reply(200, self._user_shown())

    def _user_shown(self) -> dict[str, Any]:
        return {"id": 1, "name": USERNAME, "link": f"{self.url}/author/ann/", **self.profile}

    def _author(self, _: Asked) -> Reply:
        return page("<h1>ann</h1>" if self.hides_website else f"<p>{self.profile['description']}")

    def _posts(self, asked: Asked) -> Reply:
        query = asked.query
        self.expect(set(query) - {"rest_route"} == {"slug", "status", "context"}, str(query))
        self.expect((query["status"], query["context"]) == ("any", "edit"), str(query))
        found = [post for post in self.posted if post.slug == query["slug"]]
        return Reply(200, [self._shown_post(post) for post in found])

    def _post(self, asked: Asked) -> Reply:
        found = [post for post in self.posted if post.id == _number(asked)]
        return (
            Reply(200, self._shown_post(found[0])) if found else error(404, "rest_post_invalid_id")
        )

    def _remove(self, asked: Asked) -> Reply:
        self.expect(asked.query.get("force") == "true", "force: true, else it goes to the bin")
        self.posted = [post for post in self.posted if post.id != _number(asked)]
        return Reply(200, {"deleted": True})

    def _create(self, asked: Asked) -> Reply:
        given = _json(asked)
        self.expect(set(given) <= POSTED, f"unknown fields: {sorted(given)}")
        self.expect(given.get("status") == "publish", "status: publish")
        self.expect(bool(re.fullmatch(r"[a-z0-9-]+", given["slug"])), "slug: as in an address")
        for taxonomy, terms in self.terms.items():
            self.expect(set(given.get(taxonomy, [])) <= set(terms), f"{taxonomy}: ids of terms")
        return Reply(201, self._shown_post(self.add_post(given)))

    def add_post(self, fields: Mapping[str, Any]) -> BlogPost:
        """Add one; the slug gets a number where it is taken."""
        taken = {post.slug for post in self.posted}
        slug, number = str(fields["slug"]), 2
        while slug in taken:
            slug, number = f"{fields['slug']}-{number}", number + 1
        self._last_id += 1
        post = BlogPost(self._last_id, fields, slug, self.first_status)
        self.posted.append(post)
        return post

    def _shown_post(self, post: BlogPost) -> dict[str, Any]:
        link = f"{self.url}/{post.slug}/"
        return {"id": post.id, "slug": post.slug, "status": post.status, "link": link}

    def _shown(self, asked: Asked) -> Reply:
        slug = asked.url.path.strip("/")
        found = [post for post in self.posted if (post.slug, post.status) == (slug, "publish")]
        if not found:
            return page("Not found", 404)
        return page("<h1>…</h1>" if self.hides_posts else f"<h1>…</h1>{found[0].content}")

    def _terms(self, asked: Asked) -> Reply:
        word = asked.query["search"].casefold()  # looked for in names as they are kept, escaped
        found = [
            (term, name) for term, name in self._taxonomy(asked).items() if word in name.casefold()
        ]
        return Reply(200, [{"id": term, "name": name} for term, name in found])

    def _add_term(self, asked: Asked) -> Reply:
        terms, name = self._taxonomy(asked), escape(_json(asked)["name"], quote=False)
        same = [term for term, each in terms.items() if each.casefold() == name.casefold()]
        if same:
            return error(400, "term_exists", term_id=same[0])
        if terms is self.terms["categories"] and not self.may_make_categories:
            return error(403, "rest_cannot_create")
        self._last_id += 1
        terms[self._last_id] = name
        return Reply(201, {"id": self._last_id, "name": name})

    def _taxonomy(self, asked: Asked) -> dict[int, str]:
        return self.terms[
            "tags" if "tags" in f"{asked.url.path}{asked.url.query}" else "categories"
        ]


def _number(asked: Asked) -> int:
    return int(f"{asked.query.get('rest_route', asked.url.path)}".rpartition("/")[2])


def _json(asked: Asked) -> dict[str, Any]:
    kind = {name.lower(): value for name, value in asked.headers.items()}.get("content-type")
    if kind != "application/json":
        raise Wrong(f"not JSON: {kind}")
    given = json.loads(asked.body)
    if not isinstance(given, dict):
        raise Wrong("not an object")
    return given
