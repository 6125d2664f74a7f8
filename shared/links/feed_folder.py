"""A podcast's files at a target: an object for each episode, and the feed made of all of them.

==========================  =================================================================
`NAME.episodes/GUID.json`   an episode, written by its own task alone: these are the truth
`NAME.xml`                  the feed, made of all of them by whoever added one
`NAME.episodes.json`        copies of the episodes, so that not each has to be read every time
==========================  =================================================================

No lock is needed. Whoever wrote the feed lists the episodes once more: where one has come since
it made its list, it makes the feed anew. So whichever feed is written last holds everything that
was there when it was written, and whoever adds an episode later writes a later one. For a moment
an older feed may stand in the place of a newer one.
"""

from __future__ import annotations

import json
import re
from typing import Any

from shared.links.podcast import MEDIA_TYPE, Episode, episode_of, rss
from shared.links.target import Folder
from shared.sites.outcome import NotAccepted, TryLater

MOST_EPISODES = 500
"""What one feed holds: the whole feed is read by everybody, each time."""
MOST_ROUNDS = 50
END = ".json"
JSON_TYPE = "application/json"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
NO_EPISODE = (KeyError, TypeError, ValueError, AttributeError)
"""What reading a file raises that somebody else has written."""


class FeedFolder:
    """The podcast called ``name``."""

    def __init__(self, folder: Folder, name: str) -> None:
        self._folder = folder
        self._name = name
        self._episodes = f"{name}.episodes"
        self.url = folder.public(f"{name}.xml")

    def add(self, episode: Episode) -> None:
        """Keep ``episode``, or keep it anew; `NotAccepted` where the feed is full."""
        file = f"{episode.guid}{END}"
        there = self._folder.names(self._episodes)
        if file not in there and len(there) >= MOST_EPISODES:
            message = f"config.feed: the feed {self._name} has {len(there)} episodes: name another."
            raise NotAccepted(message, code="FEED_FULL")
        content = json.dumps(episode.as_json()).encode()
        self._folder.write(f"{self._episodes}/{file}", content, JSON_TYPE)

    def publish(self, own: Episode, hub: str) -> None:
        """Make the feed of all episodes there are, of which ``own`` is one just added."""
        known = {**self._copies(), own.guid: own}
        made_of: list[str] = []
        for _ in range(MOST_ROUNDS):
            files = self._folder.names(self._episodes)
            if files == made_of:
                self._write_copies(known)
                return
            known = self._filled(files, known)
            feed = rss(known.values(), self.url, hub)
            if self._folder.names(self._episodes) == files:  # else it is old before it is written
                self._folder.write(f"{self._name}.xml", feed, MEDIA_TYPE)
                made_of = files
        raise TryLater("Too many others add episodes to this feed now.")

    def _filled(self, files: list[str], known: dict[str, Episode]) -> dict[str, Episode]:
        """The episodes in ``files``; those that are no episodes are passed over."""
        found: dict[str, Episode] = {}
        for file in files:
            guid = file.removesuffix(END)
            episode = known.get(guid) or self._read(file)
            if episode is not None and episode.guid == guid:
                found[guid] = episode
        return found

    def _read(self, file: str) -> Episode | None:
        content = self._folder.read(f"{self._episodes}/{file}")
        try:
            return None if content is None else episode_of(json.loads(content))
        except NO_EPISODE:
            return None

    def _copies(self) -> dict[str, Episode]:
        content = self._folder.read(f"{self._episodes}{END}")
        try:
            kept: list[dict[str, Any]] = json.loads(content or b"[]")
            return {episode.guid: episode for episode in map(episode_of, kept)}
        except NO_EPISODE:
            return {}

    def _write_copies(self, known: dict[str, Episode]) -> None:
        content = json.dumps([episode.as_json() for episode in known.values()]).encode()
        self._folder.write(f"{self._episodes}{END}", content, JSON_TYPE)
