"""A blog of WordPress, over its REST API, as one user with an application password.

https://developer.wordpress.org/rest-api/using-the-rest-api/authentication/,
https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/,
https://developer.wordpress.org/rest-api/reference/
"""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx

from shared.clock import Clock, SystemClock
from shared.settings import Settings
from shared.sites.answered import json_of, not_of, require_success
from shared.sites.client import ANSWER_SECONDS, reaching, site_client
from shared.sites.error import CredentialRefused, RequestRefused, SiteError
from shared.sites.html_links import related

REST = "https://api.w.org/"
"""The relation between a page of a blog and the root of its API."""
NAMESPACE = "wp/v2"
ROUTE = "rest_route"
NOT_SIGNED_IN = frozenset({"incorrect_password", "invalid_username", "invalid_email"})
TERMS_PAGE = 100
PROTOCOL = "WordPress"


class WordPressClient:
    """The user of the blog at ``blog`` (a URL). Methods raise `SiteError`."""

    def __init__(
        self,
        settings: Settings,
        blog: str,
        username: str,
        password: str,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        self.site = urlsplit(blog).hostname or blog
        self._blog = blog
        self._auth = httpx.BasicAuth(username, password)
        self._password = password
        self._clock = clock or SystemClock()
        self._http = site_client(settings, answer_seconds)
        self._found = ""

    def __enter__(self) -> WordPressClient:
        """Ready from the beginning on."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End its connections."""
        self._http.close()

    def user(self) -> Mapping[str, Any]:
        """The user: ``id``, ``link`` (the author page), ``url``, ``description``."""
        return self._object("GET", "users/me", {"context": "edit"})

    def change_user(self, **fields: str) -> Mapping[str, Any]:
        """Change the user's own profile; the user as it is now."""
        return self._object("POST", "users/me", {"context": "edit"}, fields)

    def public_user(self, user_id: int) -> Mapping[str, Any] | None:
        """The user as anybody gets it; None where the blog shows it to nobody (no post yet)."""
        try:
            return self._object("GET", f"users/{user_id}", signed_in=False)
        except (CredentialRefused, RequestRefused):
            return None

    def post_with(self, slug: str) -> Mapping[str, Any] | None:
        """The post with that slug, in whatever state (not in the bin), or None."""
        params = {"slug": slug, "status": "any", "context": "edit"}
        found = self._list("posts", params)
        return found[0] if found else None

    def post(self, post_id: int) -> Mapping[str, Any] | None:
        """The post with that id, or None."""
        try:
            return self._object("GET", f"posts/{post_id}", {"context": "edit"})
        except RequestRefused as error:
            if error.status != 404:
                raise
            return None

    def create(self, **fields: Any) -> Mapping[str, Any]:
        """Add a post; it as it is now. The blog appends a number to a slug that is taken."""
        return self._object("POST", "posts", {"context": "edit"}, fields)

    def remove(self, post_id: int) -> None:
        """Remove a post for good."""
        self._asked("DELETE", f"posts/{post_id}", {"force": "true"})

    def term(self, taxonomy: str, name: str) -> int | None:
        """The id of the term ``name`` of ``taxonomy`` (`categories`, `tags`), made where there is
        none; None where the user may not make one."""
        params = {"search": name, "per_page": str(TERMS_PAGE), "_fields": "id,name"}
        for each in self._list(taxonomy, params):
            if unescape(str(each.get("name"))).casefold() == name.casefold():
                return int(each["id"])
        answer = self._sent("POST", taxonomy, body={"name": name})
        if answer.status_code == 403:
            return None
        content = json_of(answer)
        if isinstance(content, dict) and content.get("code") == "term_exists":
            return int(content["data"]["term_id"])
        return int(self._mapping(self._checked(answer))["id"])

    def _list(self, path: str, params: Mapping[str, str]) -> list[Mapping[str, Any]]:
        answer = self._asked("GET", path, params)
        content = json_of(answer)
        if not isinstance(content, list) or not all(isinstance(each, dict) for each in content):
            raise not_of(answer, PROTOCOL)
        return content

    def _object(self, *request: Any, **options: Any) -> Mapping[str, Any]:
        return self._mapping(self._asked(*request, **options))

    def _mapping(self, answer: httpx.Response) -> Mapping[str, Any]:
        content = json_of(answer)
        if not isinstance(content, dict) or not isinstance(content.get("id"), int):
            raise not_of(answer, PROTOCOL)
        return content

    def _asked(self, *request: Any, **options: Any) -> httpx.Response:
        return self._checked(self._sent(*request, **options))

    def _sent(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        signed_in: bool = True,
    ) -> httpx.Response:
        url = _address(self._root(), path, params or {})
        auth = self._auth if signed_in else None
        with reaching(self.site):
            return self._http.request(method, url, json=body, auth=auth)

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        try:
            require_success(answer, self._clock, _said(answer), self._password)
        except SiteError as error:
            if answer.status_code == 403 and _code(answer) in NOT_SIGNED_IN:
                raise CredentialRefused(str(error), answer.status_code) from error
            raise
        return answer

    def _root(self) -> httpx.URL:
        """The root of the API, as the blog's page says; else where every blog has it."""
        if not self._found:
            with reaching(self.site):
                page = self._http.get(self._blog)
            require_success(page, self._clock)
            told = page.links.get(REST, {}).get("url") or related(page.text, REST, self._blog)
            self._found = told or self._fallback()
        with reaching(self.site):
            root = httpx.URL(self._blog).join(self._found)
        if _origin(root) != _origin(httpx.URL(self._blog)):
            message = f"{self.site} has its API elsewhere ({root.host}): give that address."
            raise RequestRefused(message)
        return root

    def _fallback(self) -> str:
        blog = httpx.URL(self._blog)
        root = httpx.URL(blog.join(f"{blog.path.rstrip('/')}/"), params={ROUTE: "/"})
        with reaching(self.site):
            answer = self._http.get(root)
        content = json_of(answer)
        names = content.get("namespaces") if isinstance(content, dict) else None
        if isinstance(names, list) and NAMESPACE in names:
            return str(root)
        if answer.status_code >= 500 or answer.status_code == 429:
            require_success(answer, self._clock)
        raise RequestRefused(f"{self.site} does not offer WordPress's REST API.", 404)


def _address(root: httpx.URL, path: str, params: Mapping[str, str]) -> httpx.URL:
    """Where ``path`` of the API is; "" is its root."""
    route = f"{NAMESPACE}/{path}" if path else ""
    if ROUTE in root.params:
        base = str(root.params[ROUTE]).rstrip("/")
        return root.copy_merge_params({ROUTE: f"{base}/{route}", **params})
    return root.copy_with(path=f"{root.path.rstrip('/')}/{route}", params=params or None)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _said(answer: httpx.Response) -> str:
    """The message in an answer of failure."""
    content = json_of(answer)
    message = content.get("message") if isinstance(content, dict) else None
    return unescape(message) if isinstance(message, str) else ""


def _code(answer: httpx.Response) -> str:
    content = json_of(answer)
    return str(content.get("code", "")) if isinstance(content, dict) else ""
