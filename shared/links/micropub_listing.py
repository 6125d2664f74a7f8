"""Posts as a Micropub site lists them, and what that says about ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import unescape
from itertools import pairwise
from typing import Any

from shared.links.verification import shows

Properties = Mapping[str, Any]
TAG = re.compile(r"<[^>]*>")


class Listing:
    """Some posts, in the site's order; ``urls`` are theirs."""

    def __init__(self, posts: Sequence[Properties]) -> None:
        self._posts = posts
        self.urls = [_first(post, "url") for post in posts]

    def with_slug(self, slug: str) -> str:
        """Where the post is that got the slug it was sent with; "" where there is none."""
        return next((url for url in self.urls if slug in url), "")

    def since(self, before: Sequence[object]) -> Listing | None:
        """Those that were not there ``before`` (their URLs).

        None where it cannot be told that these are all: the newest have to be listed first, back
        to one that was there.
        """
        complete = not before or any(url in before for url in self.urls)
        if not complete or not all(self.urls) or not self._is_newest_first():
            return None
        return Listing([post for post in self._posts if _first(post, "url") not in before])

    def alike(self, properties: Properties) -> str:
        """Where the only post with that name and content is; "" where there is none, or more."""
        wanted = _words(properties)
        found = [_first(post, "url") for post in self._posts if _words(post) == wanted]
        return found[0] if len(found) == 1 else ""

    def links_to(self, website: str) -> bool:
        """Whether one of them shows the address."""
        return any(shows(each, website) for post in self._posts for each in _texts(post))

    def _is_newest_first(self) -> bool:
        if len(self._posts) < 2:
            return True
        try:
            moments = [datetime.fromisoformat(_first(post, "published")) for post in self._posts]
            return all(one >= next_ for one, next_ in pairwise(moments))
        except (TypeError, ValueError):  # not told, or some with a zone and some without
            return False


def _words(post: Properties) -> tuple[str, str]:
    """The name and the content as a reader sees them."""
    content = (_texts(post) or [""])[0]
    return " ".join(_first(post, "name").split()), " ".join(unescape(TAG.sub(" ", content)).split())


def _texts(post: Properties) -> list[str]:
    """The content: texts, or objects with HTML or a text in them."""
    values = post.get("content")
    found = []
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, Mapping):
            value = value.get("html") or value.get("value") or value.get("text")
        if isinstance(value, str):
            found.append(value)
    return found


def _first(post: Properties, name: str) -> str:
    value = post.get(name)
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""
