"""Episodes in podcasts: RSS feeds at a target of the operator's, of which hubs are told."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from shared.clock import Clock, SystemClock
from shared.links.connector import Journal, NotSeen
from shared.links.episode_config import episode, read_config
from shared.links.feed_folder import FeedFolder
from shared.links.order import Link, Order
from shared.links.podcast import Enclosure, Episode, guids
from shared.links.service import Service
from shared.links.target import opened, target_of
from shared.links.task_key import checked_key
from shared.links.verification import fetched
from shared.settings import Settings
from shared.sites.client import reaching, site_client
from shared.sites.error import SiteError
from shared.sites.websub import announce

AUDIO = "audio/mpeg"
HEAD_SECONDS = 15.0
MOST_LOOKS = 3
NO_FILE = "The episode has no audio file: config.enclosure names none."
NO_LENGTH = "How long the audio file is could not be learned."


class FeedConnector:
    """Adds an episode to the feed of the target that the site's ``url`` names.

    It reads of ``config``: ``feed`` (the feed's name at the target; "feed"), ``title`` and
    ``text`` (templates), ``enclosure`` ({url, type, length}: the audio or video file),
    ``duration`` (seconds), ``season``, ``number``, ``image``, ``author``, ``explicit``, ``hub`` (a
    WebSub hub to tell; the target's own) and ``channel`` ({title, description, link, language,
    author, email, image, category, explicit}: what the feed says of itself from then on; the
    site's name and about). The episode's guid is the order's key.
    """

    kind = "feed"
    services = frozenset({Service.PODCAST})

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def check(self, order: Order) -> None:
        """Look for the target, and at all of ``config``; sends nothing."""
        target_of(order.site.url, self._settings)
        self._wanted(order, self._clock.now().isoformat())

    def publish(self, order: Order, journal: Journal) -> Link:
        """Keep the episode, make the feed of all, see it have the episode, and tell the hub.

        Done again it is the same episode: of the same guid, at the same time.
        """
        target = target_of(order.site.url, self._settings)
        made, config = self._wanted(order, self._published_at(journal))
        made, note = self._with_file(made, config.get("enclosure"))
        hub = config.get("hub") or target.hub
        with opened(target, self._settings) as folder:
            feed = FeedFolder(folder, config["feed"])
            feed.add(made)
            self._publish(feed, made, hub)
        notes = (note, self._told(hub, feed.url))
        return Link(post=feed.url, note=" ".join(each for each in notes if each))

    def _wanted(self, order: Order, published_at: str) -> tuple[Episode, Mapping[str, Any]]:
        checked_key(order)
        config = read_config(order)
        return episode(order, config, published_at), config

    def _published_at(self, journal: Journal) -> str:
        """The episode's time: that of the first attempt."""
        noted = journal.noted.get("published_at")
        published_at = noted if isinstance(noted, str) else self._clock.now().isoformat()
        journal.note(published_at=published_at)
        return published_at

    def _with_file(self, made: Episode, given: Mapping[str, Any] | None) -> tuple[Episode, str]:
        """The episode with its file, and what is to be noted about it."""
        if not given:
            return made, NO_FILE
        found = {} if {"type", "length"} <= set(given) else self._asked(given["url"])
        guess = mimetypes.guess_type(urlsplit(given["url"]).path)[0]
        file = Enclosure(
            url=given["url"],
            type=given.get("type") or guess or found.get("type") or AUDIO,
            length=given.get("length") or found.get("length") or 0,
        )
        return replace(made, enclosure=file), "" if file.length else NO_LENGTH

    def _asked(self, url: str) -> dict[str, Any]:
        """What the file's own server says of it, where it says anything."""
        try:
            with site_client(self._settings, HEAD_SECONDS) as client, reaching("The audio file"):
                headers = client.head(url).raise_for_status().headers
        except SiteError:
            return {}
        length = headers.get("content-length", "")
        kind = headers.get("content-type", "").partition(";")[0].strip()
        return {"type": kind, "length": int(length) if length.isdecimal() else 0}

    def _told(self, hub: str, url: str) -> str:
        """Tell ``hub``; what is to be noted where it does not listen: the episode is there."""
        if not hub:
            return ""
        try:
            announce(self._settings, hub, url)
        except SiteError as error:
            return f"The feed's hub was not told ({error})."
        return ""

    def _publish(self, feed: FeedFolder, made: Episode, hub: str) -> None:
        """Make the feed and see it; again where others may just have put an older one there."""
        for _ in range(MOST_LOOKS):
            feed.publish(made, hub)
            if self._is_seen(feed.url, made.guid):
                return
        raise NotSeen(f"{feed.url} does not show the episode (yet).")

    def _is_seen(self, url: str, guid: str) -> bool:
        try:
            return guid in guids(fetched(self._settings, url).encode())
        except ValueError as error:
            raise NotSeen(f"{url} does not show the feed ({error}).") from error


def open_connector(settings: Settings) -> FeedConnector:
    """One for a task."""
    return FeedConnector(settings, SystemClock())
