"""wordpress: a user's profile (entity) and posts (blog20) on a blog of WordPress.

A post's slug is made from the task's id, so whether it is there can be looked up for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from typing import Any

from shared.links.account import require_same_account, sending, site_password, site_url
from shared.links.article import article, labels, slug
from shared.links.connector import Journal, NotSeen, told_to_links
from shared.links.order import Link, Order
from shared.links.service import Service
from shared.links.verification import fetched, require_seen, seen_page, shows
from shared.links.wording import configured, profile_text, title, website
from shared.settings import Settings
from shared.sites.client import ANSWER_SECONDS
from shared.sites.outcome import NotAccepted
from shared.sites.wordpress import WordPressClient

PUBLISHED = "publish"
WORDS = ("categories", "tags")
NOT_SHOWN = "The author page does not show the website: the blog's theme leaves it out."
TEXT_CHANGED = "The blog changed the profile's text."


class WordPressConnector:
    """The connector; see `Connector`.

    The site's ``url`` is the blog's own, ``username`` (else ``email``) and ``password`` are a
    user's name and an application password of theirs, which WordPress takes over https only.
    entity reads ``config.about``. blog20 reads ``config.title``, ``config.content`` (HTML or
    text), ``config.excerpt``, ``config.categories`` and ``config.tags`` (names).
    """

    kind = "wordpress"
    services = frozenset({Service.ENTITY, Service.BLOG20})

    def __init__(self, settings: Settings, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._settings = settings
        self._answer_seconds = answer_seconds

    def check(self, order: Order) -> None:
        """Raise `NotAccepted` where no blog can take ``order``."""
        site_url(order)
        _user_name(order)
        if order.service is Service.ENTITY:
            profile_text(order)
        else:
            _texts(order)
            for word in WORDS:
                labels(order, word)

    def publish(self, order: Order, journal: Journal) -> Link:
        """Make the link, or find it there; raises the connectors' errors."""
        self.check(order)
        password = site_password(order, "an application password of the blog's user")
        with (
            told_to_links(),
            WordPressClient(
                self._settings,
                site_url(order),
                _user_name(order),
                password,
                answer_seconds=self._answer_seconds,
            ) as blog,
        ):
            attempt = _Attempt(order, blog, journal, self._settings)
            return attempt.profile() if order.service is Service.ENTITY else attempt.post()


def open_connector(settings: Settings) -> WordPressConnector:
    """The connector with these settings."""
    return WordPressConnector(settings)


class _Attempt:
    """One attempt; notes ``account``, the user that it sends as, ``missing``, the terms that it
    could not give the post, and ``post``, its id."""

    def __init__(
        self, order: Order, blog: WordPressClient, journal: Journal, settings: Settings
    ) -> None:
        self._order, self._blog, self._journal = order, blog, journal
        self._settings = settings
        self._account = f"{blog.user()['id']}@{site_url(order)}"
        require_same_account(journal, self._account)

    def profile(self) -> Link:
        """The user's profile: the same again changes nothing more."""
        text, address = profile_text(self._order), website(self._order)
        with sending(self._journal, self._account):
            self._blog.change_user(description=text, url=address)
        user = self._blog.user()
        require_seen(str(user.get("url")), address, "The profile")
        link = str(user.get("link") or "")
        page = fetched(self._settings, link)
        notes = [] if _flat(user.get("description")) == _flat(text) else [TEXT_CHANGED]
        if not shows(page, address) and not _is_public(self._blog, user, address):
            notes.append(NOT_SHOWN)
        return Link(profile=link, note=" ".join(notes))

    def post(self) -> Link:
        """The post: an earlier attempt's, or a new one."""
        post = self._found() or self._created()
        self._journal.note(post=post["id"])
        if post.get("status") != PUBLISHED:
            raise NotSeen(f"The post is there but not public: its status is {post.get('status')}.")
        link = str(post.get("link") or "")
        seen_page(self._settings, link, website(self._order))
        missing = ", ".join(self._journal.noted.get("missing") or ())
        note = f"Not there, and the user may not make them: {missing}." if missing else ""
        return Link(post=link, note=note)

    def _found(self) -> Mapping[str, Any] | None:
        """The post that an earlier attempt made, if it did."""
        noted = self._journal.noted.get("post")
        post = self._blog.post(noted) if isinstance(noted, int) else None
        return post or self._blog.post_with(slug(self._order))

    def _created(self) -> Mapping[str, Any]:
        terms = {word: self._terms(word) for word in WORDS}
        fields: dict[str, Any] = {
            **_texts(self._order),
            "status": PUBLISHED,
            "slug": slug(self._order),
            **{word: [term for term in found.values() if term] for word, found in terms.items()},
        }
        missing = [name for found in terms.values() for name, term in found.items() if not term]
        with sending(self._journal, self._account, missing=missing):
            made = self._blog.create(**{name: value for name, value in fields.items() if value})
        return self._the_first(made)

    def _the_first(self, made: Mapping[str, Any]) -> Mapping[str, Any]:
        """``made``, or, where its slug was taken by an attempt that came in late, that one's post;
        ours is removed then."""
        if made.get("slug") == slug(self._order):
            return made
        first = self._blog.post_with(slug(self._order))
        if first is None or first["id"] == made["id"]:
            return made
        self._blog.remove(made["id"])
        return first

    def _terms(self, word: str) -> dict[str, int | None]:
        """The ids of the campaign's terms; None for those that the user may not make."""
        return {name: self._blog.term(word, name) for name in labels(self._order, word)}


def _texts(order: Order) -> dict[str, str]:
    excerpt = configured(order, "excerpt")
    return {"title": title(order), "content": article(order), "excerpt": excerpt}


def _user_name(order: Order) -> str:
    given = order.site.username.strip() or order.site.email.strip()
    if not given:
        raise NotAccepted("username: give the name of a user of the blog.", code="INVALID_FIELD")
    return given


def _is_public(blog: WordPressClient, user: Mapping[str, Any], address: str) -> bool:
    found = blog.public_user(user["id"])
    return found is not None and shows(str(found.get("url")), address)


def _flat(text: object) -> str:
    return " ".join(unescape(str(text)).split())
