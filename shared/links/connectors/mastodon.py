"""mastodon: a profile, or a status with a link, on a Mastodon server or one that speaks its API.

A status without media has nothing of its own by which to know it again. So the status that was
the newest before is noted, and what came after it is looked through for the same text; beside
that the server's Idempotency-Key lasts an hour.
https://docs.joinmastodon.org/methods/statuses/#create
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.links.account import require_same_account, sending, site_origin, site_password
from shared.links.connector import Journal, NotSeen, told_to_links
from shared.links.order import Link, Order
from shared.links.service import Service
from shared.links.verification import require_seen, shows
from shared.links.wording import (
    configured,
    post_field,
    post_text,
    profile_field,
    profile_text,
    require_length,
    require_link,
    website,
)
from shared.settings import Settings
from shared.sites.client import ANSWER_SECONDS
from shared.sites.error import RequestRefused
from shared.sites.mastodon import MastodonClient
from shared.sites.mastodon_limits import Limits

LABEL = "Website"
NOT_FOUND = frozenset({404, 410})
MEMBERS_ONLY = "The server shows it only to those who are logged in."
NO_ROW = "The link is in the profile's text alone: there is no room for it in the rows below."


class MastodonLinks:
    """The connector; see `Connector`. The site's ``url`` is the server, its ``password`` an access
    token of the account with the scopes read and write.

    Of ``config`` it reads ``text`` (the status) and ``about`` (the profile's text), templates with
    {name} and {website}, and ``label``: what the link is called in the rows of the profile,
    "Website" by default. Their defaults: see `shared.links.wording`.
    """

    kind = "mastodon"
    services = frozenset({Service.ENTITY, Service.SOCIAL})

    def __init__(self, settings: Settings, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._settings = settings
        self._answer_seconds = answer_seconds

    def check(self, order: Order) -> None:
        """Raise `NotAccepted` where no server takes ``order``: each has limits of its own."""
        site_origin(order)
        configured(order, "label")
        if order.service is Service.ENTITY:
            require_link(profile_text(order), order, profile_field(order))
        else:
            require_link(post_text(order), order, post_field(order))

    def publish(self, order: Order, journal: Journal) -> Link:
        """Write the profile or the status, or find it there."""
        self.check(order)
        instance = site_origin(order)
        token = site_password(order, "an access token of the account")
        with (
            told_to_links(),
            MastodonClient(
                self._settings, instance, token, answer_seconds=self._answer_seconds
            ) as client,
        ):
            attempt = _Attempt(order, client, journal)
            return attempt.profile() if order.service is Service.ENTITY else attempt.post()


def open_connector(settings: Settings) -> MastodonLinks:
    """The connector of these settings."""
    return MastodonLinks(settings)


class _Attempt:
    """One attempt; notes ``account``, the one that it sends to, ``after``, the id of the status
    that was the newest before (None where there was none), and ``made``, the id of its own."""

    def __init__(self, order: Order, client: MastodonClient, journal: Journal) -> None:
        self._order, self._client, self._journal = order, client, journal
        self._website = website(order)
        self._account = client.account()
        self._who = str(self._account["id"])
        self._named = f"{self._who}@{client.api.api_base_url}"
        require_same_account(journal, self._named)

    def post(self) -> Link:
        """The status: an earlier attempt's, or a new one."""
        made = self._journal.noted.get("made")
        if made is None:
            made = self._found() or self._posted()
            self._journal.note(made=made)
        status, note = self._shown(f"statuses/{made}", "The status")
        url = str(status.get("url") or status.get("uri") or "")
        require_seen(str(status.get("content")), self._website, url or "The status")
        return Link(profile=self._url(), post=url, note=note)

    def profile(self) -> Link:
        """The profile, with its text and a row for the link."""
        about, limits = profile_text(self._order), self._client.limits()
        length = limits.length(about)
        require_length(about, length, limits.max_note_length, profile_field(self._order))
        source = _mapping(self._account.get("source"))
        before = _rows(source.get("fields"))
        rows = self._rows_with_link(before, limits)
        if (source.get("note"), before) != (about, rows):
            with sending(self._journal, self._named):
                self._client.update_profile(about, rows)
        account, note = self._shown(f"accounts/{self._who}", "The profile")
        require_seen(str(account.get("note")), self._website, self._url() or "The profile")
        has_row = any(shows(value, self._website) for _, value in rows)
        notes = (note, "" if has_row else NO_ROW)
        return Link(profile=self._url(), note=" ".join(filter(None, notes)))

    def _found(self) -> str | None:
        """The id of the status that an earlier attempt made, if it did."""
        noted = self._journal.noted
        if noted.get("account") is None:
            return None
        text = post_text(self._order).split()
        for status in self._client.statuses(self._who, noted.get("after")):
            if shows(str(status.get("content")), self._website):
                source = self._client.source(status["id"])
                # A server that does not tell it: rather no status than two.
                if source is None or source.split() == text:
                    return str(status["id"])
        return None

    def _posted(self) -> str:
        text, limits = post_text(self._order), self._client.limits()
        length = limits.length(text)
        require_length(text, length, limits.max_characters, post_field(self._order))
        noted = self._journal.noted
        is_first = noted.get("account") is None
        after = self._client.newest_status(self._who) if is_first else noted.get("after")
        with sending(self._journal, self._named, after=after):
            return str(self._client.post(text, (), self._order.key)["id"])

    def _shown(self, path: str, what: str) -> tuple[Mapping[str, Any], str]:
        """What is at ``path`` of the API, and a note where not everybody gets it."""
        try:
            found, is_public = self._client.shown(path)
        except RequestRefused as error:
            if error.status not in NOT_FOUND:
                raise
            raise NotSeen(f"{what} is not there (yet): {error}") from error
        return found, "" if is_public else MEMBERS_ONLY

    def _rows_with_link(
        self, rows: Sequence[tuple[str, str]], limits: Limits
    ) -> list[tuple[str, str]]:
        """``rows`` with the link in the one of its label, or in a new one where there is room."""
        label = configured(self._order, "label") or LABEL
        longest = limits.profile_field_name_limit
        require_length(label, len(label), longest, "config.label")
        if len(self._website) > limits.profile_field_value_limit:
            return list(rows)
        own = (label, self._website)
        if any(name == label for name, _ in rows):
            return [own if row[0] == label else row for row in rows]
        linked = any(shows(value, self._website) for _, value in rows)
        room = len(rows) < limits.max_profile_fields
        return [*rows, own] if room and not linked else list(rows)

    def _url(self) -> str:
        return str(self._account.get("url") or "")


def _rows(fields: object) -> list[tuple[str, str]]:
    given = fields if isinstance(fields, (list, tuple)) else ()
    rows = [_mapping(field) for field in given]
    return [(str(row.get("name", "")), str(row.get("value", ""))) for row in rows]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
