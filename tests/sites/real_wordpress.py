"""A real WordPress with a MariaDB of its own, behind a site that passes everything on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests.sites.faulty_site import Asked, FaultySite, Reply
from tests.sites.wordpress_programs import Blog, Programs, installed
from tests.sites.wordpress_server import BlogPost, named

PASSED_ON = ("authorization", "content-type")
PASSED_BACK = ("content-type", "link", "location", "allow", "x-wp-total")
NUMBERS = count(1)


class RealWordPress(FaultySite):
    """Passes requests on to ``blog``, for a user that it makes there."""

    def __init__(self, blog: Blog, role: str = "editor") -> None:
        super().__init__()
        self.username = f"ann{next(NUMBERS)}"
        self._client = httpx.Client(base_url=blog.url, timeout=30.0)
        self._admin = httpx.BasicAuth("admin", blog.password)
        given = {"username": self.username, "email": f"{self.username}@example.org"}
        made = self._told(
            "POST", "users", json={**given, "roles": [role], "password": blog.password}
        )
        self._id = int(made["id"])
        path = f"users/{self._id}/application-passwords"
        self.password = str(self._told("POST", path, json={"name": "tests"})["password"])

    @property
    def profile(self) -> dict[str, str]:
        """What the user's profile says."""
        user = self._told("GET", f"users/{self._id}", params={"context": "edit"})
        return {name: user[name] for name in ("description", "url")}

    def posts(self) -> list[BlogPost]:
        """The posts of the user, the oldest first."""
        params = {"author": self._id, "status": "any", "context": "edit", "order": "asc"}
        return [_post(each) for each in self._told("GET", "posts", params=params)]

    def names(self, taxonomy: str, post: BlogPost) -> list[str]:
        """The names of a post's terms."""
        terms = [self._told("GET", f"{taxonomy}/{term}") for term in post.fields[taxonomy]]
        return [str(term["name"]) for term in terms]

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def named(self, asked: Asked) -> str:
        """What the API calls the request."""
        return named(asked)

    def carried_out(self, call: str, asked: Asked) -> Reply:
        """What WordPress answers."""
        given = {name.lower(): value for name, value in asked.headers.items()}
        headers = {name: given[name] for name in PASSED_ON if name in given}
        headers["host"] = self.url.removeprefix("http://")
        url = asked.url.geturl()
        answer = self._client.request(asked.method, url, headers=headers, content=asked.body)
        back = {
            name.title(): answer.headers[name] for name in PASSED_BACK if name in answer.headers
        }
        return Reply(answer.status_code, answer.content, back)

    def _told(self, method: str, path: str, **options: Any) -> Any:
        url = f"/wp-json/wp/v2/{path}"
        return (
            self._client.request(method, url, auth=self._admin, **options).raise_for_status().json()
        )


def _post(shown: dict[str, Any]) -> BlogPost:
    raw = {name: shown[name]["raw"] for name in ("title", "content", "excerpt")}
    terms = {name: shown[name] for name in ("categories", "tags")}
    return BlogPost(int(shown["id"]), {**raw, **terms}, shown["slug"], shown["status"])


@contextmanager
def real_wordpress() -> Iterator[Blog]:
    """A fresh blog; `NoWordPress` where there can be none."""
    programs = Programs(installed())
    # not in a folder of pytest's: a socket's path has to be short
    with (
        tempfile.TemporaryDirectory(prefix="wordpress") as folder,
        programs.database(Path(folder)) as socket,
        programs.blog(Path(folder), socket) as blog,
    ):
        yield blog
