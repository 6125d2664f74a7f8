"""bluesky: a profile, or a post with a link, on Bluesky or another server of the AT Protocol.

A post's key in its repository is made from the task's, so one task has one post however often it
is sent: the server refuses a second one with the same key. A profile has one record.
https://docs.bsky.app/docs/advanced-guides/posts
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from shared.links.account import require_same_account, sending, site_origin, site_password
from shared.links.connector import Journal, NotSeen, told_to_links
from shared.links.order import Link, Order
from shared.links.service import Service
from shared.links.verification import require_seen
from shared.links.wording import (
    post_field,
    post_text,
    profile_field,
    profile_text,
    require_length,
    require_link,
    website,
)
from shared.settings import Settings
from shared.sites.bluesky import POSTS, PROFILE, SERVICE, BlueskyClient
from shared.sites.client import ANSWER_SECONDS
from shared.sites.facets import facets
from shared.sites.graphemes import count_graphemes
from shared.sites.outcome import NotAccepted
from shared.sites.record_key import record_key

WEB = "https://bsky.app/profile"
WEB_ORIGINS = frozenset({"https://bsky.app", "https://www.bsky.app", "http://bsky.app"})
"""Where people look at Bluesky; its accounts log in at `SERVICE`."""
SELF = "self"
POST_GRAPHEMES, POST_BYTES = 300, 3000
ABOUT_GRAPHEMES, ABOUT_BYTES = 256, 2560


class BlueskyLinks:
    """The connector; see `Connector`. The site's ``url`` is the server (PDS), `SERVICE` where it is
    "", its ``username`` the handle (else ``email`` is taken), its ``password`` an app password.

    Of ``config`` it reads ``text`` (the post) and ``about`` (the profile's text), templates with
    {name} and {website}. Their defaults: see `shared.links.wording`.
    """

    kind = "bluesky"
    services = frozenset({Service.ENTITY, Service.SOCIAL})

    def __init__(self, settings: Settings, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._settings = settings
        self._answer_seconds = answer_seconds

    def check(self, order: Order) -> None:
        """Raise `NotAccepted` where Bluesky can never take ``order``; sends nothing.

        https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky
        """
        _server(order)
        if not _identifier(order):
            raise NotAccepted("username: give the handle of the account.", code="INVALID_FIELD")
        if order.service is Service.ENTITY:
            text, field = profile_text(order), profile_field(order)
            most, most_bytes = ABOUT_GRAPHEMES, ABOUT_BYTES
        else:
            text, field = post_text(order), post_field(order)
            most, most_bytes = POST_GRAPHEMES, POST_BYTES
        require_link(text, order, field)
        require_length(text, count_graphemes(text), most, field)
        if len(text.encode()) > most_bytes:
            message = f"{field}: the site takes {most_bytes} bytes, these are more."
            raise NotAccepted(message, code="INVALID_FIELD")

    def publish(self, order: Order, journal: Journal) -> Link:
        """Write the profile or the post, or find it there."""
        self.check(order)
        password = site_password(order, "an app password of the account")
        with (
            told_to_links(),
            BlueskyClient(
                self._settings, _server(order), answer_seconds=self._answer_seconds
            ) as client,
        ):
            client.log_in(_identifier(order), password)
            require_same_account(journal, client.did)
            attempt = _Attempt(order, client, journal)
            return attempt.profile() if order.service is Service.ENTITY else attempt.post()


def open_connector(settings: Settings) -> BlueskyLinks:
    """The connector of these settings."""
    return BlueskyLinks(settings)


class _Attempt:
    """One attempt; notes ``account``, the DID of the one that it sends to."""

    def __init__(self, order: Order, client: BlueskyClient, journal: Journal) -> None:
        self._order, self._client, self._journal = order, client, journal
        self._website = website(order)
        self._profile_url = f"{WEB}/{client.did}"

    def post(self) -> Link:
        """The post: an earlier attempt's, or a new one."""
        key = record_key(self._order.key)
        if self._client.public_record(key) is None:
            with sending(self._journal, self._client.did, rkey=key):
                self._client.create(key, self._new_post())
        url = f"{self._profile_url}/post/{key}"
        links = orjson.dumps(self._shown(key, POSTS, url).get("facets")).decode()
        require_seen(links, self._website, url)
        return Link(profile=self._profile_url, post=url)

    def profile(self) -> Link:
        """The profile, with its text and its website; all else in it stays."""
        found = self._client.public_record(SELF, PROFILE) or {}
        before = found.get("value", {})
        about = profile_text(self._order)
        record = {**before, "$type": PROFILE, "description": about, "website": self._website}
        if record != before:
            with sending(self._journal, self._client.did):
                self._client.put(SELF, record, PROFILE, found.get("cid"))
        shown = self._shown(SELF, PROFILE, self._profile_url)
        require_seen(str(shown.get("description")), self._website, self._profile_url)
        return Link(profile=self._profile_url)

    def _new_post(self) -> Mapping[str, Any]:
        text, now = post_text(self._order), self._client.clock.now()
        return {
            "$type": POSTS,
            "text": text,
            "createdAt": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "facets": facets(text),
        }

    def _shown(self, key: str, collection: str, url: str) -> Mapping[str, Any]:
        """The record as anybody gets it."""
        found = self._client.public_record(key, collection)
        if found is None:
            raise NotSeen(f"{url} is not there (yet).")
        value: Mapping[str, Any] = found["value"]
        return value


def _server(order: Order) -> str:
    origin = site_origin(order, SERVICE)
    return SERVICE if origin in WEB_ORIGINS else origin


def _identifier(order: Order) -> str:
    """Who logs in; people write handles with the sign of a mention, too."""
    return order.site.username.strip().removeprefix("@") or order.site.email.strip()
