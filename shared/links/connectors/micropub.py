"""micropub: notes (social) and articles (blog20) on a site that speaks Micropub.

The protocol has no key that makes a second sending harmless. The slug that we ask for is made
from the task's id, but a site may choose another one; so after an answer that got lost the site's
own list of posts decides, and where it cannot, the task fails instead of posting twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.links.account import require_same_account, site_password, site_url
from shared.links.article import article, labels, slug
from shared.links.connector import Journal, SignInRefused, told_to_links
from shared.links.micropub_listing import Listing
from shared.links.order import Link, Order
from shared.links.service import Service
from shared.links.verification import seen_page
from shared.links.wording import configured, post_text, title, website
from shared.settings import Settings
from shared.sites.client import ANSWER_SECONDS
from shared.sites.error import SiteError, SiteUnavailable
from shared.sites.html_links import html_links
from shared.sites.micropub import MicropubClient, was_refused
from shared.sites.outcome import NotAccepted

UNKNOWN = "The post may have been made: an answer got lost, and the site does not tell for certain."


class MicropubConnector:
    """The connector; see `Connector`.

    The site's ``url`` is a page that names its endpoint (rel=micropub), or the endpoint itself;
    ``password`` is the bearer token. social reads ``config.text``; blog20 reads ``config.title``,
    ``config.content`` (HTML or text) and ``config.excerpt``; both read ``config.tags``.
    """

    kind = "micropub"
    services = frozenset({Service.SOCIAL, Service.BLOG20})

    def __init__(self, settings: Settings, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._settings = settings
        self._answer_seconds = answer_seconds

    def check(self, order: Order) -> None:
        """Raise `NotAccepted` where no site can take ``order``."""
        site_url(order)
        _properties(order)

    def publish(self, order: Order, journal: Journal) -> Link:
        """Make the link, or find it there; raises the connectors' errors."""
        self.check(order)
        with (
            told_to_links(),
            MicropubClient(
                self._settings, site_url(order), _token(order), answer_seconds=self._answer_seconds
            ) as client,
        ):
            url = _Attempt(order, client, journal).run()
            seen_page(self._settings, url, website(order))
            return Link(post=url)


def open_connector(settings: Settings) -> MicropubConnector:
    """The connector with these settings."""
    return MicropubConnector(settings)


class _Attempt:
    """One attempt; notes before it sends ``account`` (the endpoint), ``sent``, and ``before``: the
    posts that were there, None where the site does not list them. ``url`` as soon as known."""

    def __init__(self, order: Order, client: MicropubClient, journal: Journal) -> None:
        self._order, self._client, self._journal = order, client, journal

    def run(self) -> str:
        """Where the post is: an earlier attempt's, or a new one."""
        noted = self._journal.noted
        if url := noted.get("url"):
            return str(url)
        require_same_account(self._journal, self._client.endpoint())
        url = self._looked_up() if noted.get("sent") else None
        if url is None:
            url = self._created()
        self._journal.note(url=url)
        return url

    def _looked_up(self) -> str | None:
        """The post whose answer got lost; None where it is sure that it was not made."""
        posts = self._client.posts()
        if posts is not None:
            listing = Listing(posts)
            if url := listing.with_slug(slug(self._order)):
                return url
            before = self._journal.noted.get("before")
            if isinstance(before, Sequence):
                new = listing.since(before)
                if new is not None and (url := new.alike(_properties(self._order))):
                    return url
                if new is not None and not new.links_to(website(self._order)):
                    return None
        if url := self._on_page():
            return url
        raise NotAccepted(UNKNOWN, code="OUTCOME_UNKNOWN")

    def _on_page(self) -> str:
        """The post by our slug on the site's own page; "" where it is not there."""
        found = html_links(self._client.page, site_url(self._order))
        return next((link.href for link in found if slug(self._order) in link.href), "")

    def _created(self) -> str:
        account = self._client.endpoint()
        self._journal.note(account=account, sent=True, before=self._urls())
        try:
            return self._client.create(_properties(self._order))
        except SiteError as error:
            if was_refused(error):
                self._journal.note(account=None, sent=False)
            raise

    def _urls(self) -> list[str] | None:
        try:
            posts = self._client.posts()
        except SiteUnavailable as error:
            if error.status is None:
                raise
            return None
        return None if posts is None else Listing(posts).urls


def _token(order: Order) -> str:
    given = site_password(order, "a token of the site that may create posts").strip()
    if not (given.isascii() and given.isprintable()):
        raise SignInRefused("password: a token is of ASCII characters, in one line.")
    return given


def _properties(order: Order) -> dict[str, Any]:
    """The h-entry: https://www.w3.org/TR/micropub/#json-syntax."""
    given: dict[str, Any] = {"mp-slug": [slug(order)], "category": labels(order, "tags")}
    if order.service is Service.SOCIAL:
        given["content"] = [post_text(order)]
    else:
        given["name"] = [title(order)]
        given["content"] = [{"html": article(order)}]
        given["summary"] = [text for text in [configured(order, "excerpt")] if text]
    return {name: value for name, value in given.items() if value}
