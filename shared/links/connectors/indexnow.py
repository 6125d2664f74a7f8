"""Telling search engines of pages by IndexNow, many of one host in one request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice

from shared.errors import GiveWay, TaskError
from shared.links.announcement import Announcement, Group, announcement
from shared.links.connector import Journal, NotSeen, SignInRefused, told_to_links
from shared.links.indexing_check import IndexingCheck
from shared.links.order import Link, Order
from shared.links.service import Service
from shared.links.target import opened
from shared.links.target_file import LinkTarget
from shared.settings import Settings
from shared.sites.indexnow import MOST_URLS, IndexNow, Submission, require_key
from shared.sites.outcome import NotAccepted, TryLater

Outcome = Link | TaskError | GiveWay
OWN_ERRORS = (SignInRefused, NotAccepted, TryLater, NotSeen, GiveWay)
TEXT = "text/plain; charset=utf-8"


class IndexNowConnector:
    """Announces the page at the site's ``url``, or the website where it has none.

    It reads of ``config``: ``key`` (the IndexNow key of the page's host, which is public; else the
    site's ``username``), ``key_location`` (where the host shows it; `/KEY.txt`) and ``endpoint``
    (`https://api.indexnow.org/indexnow`). For pages of the operator's targets the key file is
    written there, and no key has to be given. The link's post is the page.
    """

    kind = "indexnow"
    services = frozenset({Service.INDEXING})

    def __init__(self, settings: Settings, most_urls: int = MOST_URLS) -> None:
        self._settings = settings
        self._most_urls = most_urls

    def check(self, order: Order) -> None:
        """Look at the addresses and the key; sends nothing."""
        announcement(order, self._settings)

    def publish(self, order: Order, journal: Journal) -> Link:
        """Announce one page."""
        (outcome,) = self.publish_many([order], [journal])
        if isinstance(outcome, Link):
            return outcome
        raise outcome

    def publish_many(self, orders: Sequence[Order], journals: Sequence[Journal]) -> list[Outcome]:
        """Announce many pages: one request for each endpoint, host and key, or 10,000 pages.

        Answers in the order of ``orders``: the link, or what `publish` would have raised. A page
        that does not answer is not announced. One that was accepted already is not sent again;
        one whose fate is not known is, which engines take for the same announcement.
        """
        batch = _Batch(self._settings, orders, journals)
        for group, numbers in batch.groups():
            while some := list(islice(numbers, self._most_urls)):
                batch.submit(group, some)
        return batch.outcomes()


class _Batch:
    """Several orders on their way; each is known by its number."""

    def __init__(
        self, settings: Settings, orders: Sequence[Order], journals: Sequence[Journal]
    ) -> None:
        self._settings = settings
        self._orders = orders
        self._journals = journals
        self._announced: dict[int, Announcement] = {}
        self._made: dict[int, Outcome] = {}
        self._notes: dict[int, str] = {}

    def groups(self) -> Iterator[tuple[Group, Iterator[int]]]:
        """The orders to be sent, by what they have in common."""
        found: dict[Group, list[int]] = defaultdict(list)
        with closing(IndexingCheck(self._settings)) as check:
            for number in range(len(self._orders)):
                try:
                    self._prepare(number, check)
                except OWN_ERRORS as error:
                    self._made[number] = error
                if number not in self._made:
                    found[self._announced[number].group].append(number)
        for group, numbers in found.items():
            yield group, iter(numbers)

    def submit(self, group: Group, numbers: Sequence[int]) -> None:
        """One request for all of ``numbers``; what goes wrong with it goes wrong for each."""
        noted = [number for number in numbers if self._note(number, announced=True)]
        if not noted:
            return
        urls = list(dict.fromkeys(self._announced[number].url for number in noted))
        target = self._announced[noted[0]].key_target
        try:
            self._submit(group, urls, target)
        except OWN_ERRORS as error:
            self._made |= dict.fromkeys(noted, error)
            return
        for number in noted:
            if self._note(number, accepted=True):
                self._finish(number)

    def outcomes(self) -> list[Outcome]:
        """What became of each."""
        return [self._made[number] for number in range(len(self._orders))]

    def _prepare(self, number: int, check: IndexingCheck) -> None:
        made = self._announced[number] = announcement(self._orders[number], self._settings)
        seen = check.look(made.url)
        if not seen.answers:
            raise NotSeen(seen.why)
        self._notes[number] = "" if seen.allowed else f"It may not be indexed: {seen.why}"
        if self._journals[number].noted.get("accepted"):
            self._finish(number)

    def _submit(self, group: Group, urls: Sequence[str], target: LinkTarget | None) -> None:
        if target is not None:
            self._show_key(group, target)
        pages = Submission(
            host=group.host, key=group.key, key_location=group.key_location, urls=urls
        )
        with told_to_links():
            require_key(self._settings, group.key_location, group.key)
            IndexNow(self._settings, group.endpoint).submit(pages)

    def _show_key(self, group: Group, target: LinkTarget) -> None:
        file, content = f"{group.key}.txt", group.key.encode()
        with opened(target, self._settings) as folder:
            if folder.read(file) != content:
                folder.write(file, content, TEXT)

    def _note(self, number: int, **facts: bool) -> bool:
        """Note it; whether the order is still this attempt's."""
        try:
            self._journals[number].note(**facts)
        except GiveWay as error:
            self._made[number] = error
            return False
        return True

    def _finish(self, number: int) -> None:
        self._made[number] = Link(post=self._announced[number].url, note=self._notes[number])


def open_connector(settings: Settings) -> IndexNowConnector:
    """One for a task."""
    return IndexNowConnector(settings)
