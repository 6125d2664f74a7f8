"""A podcast: episodes as they are kept, and the feed that is made of them. Pure.

https://www.rssboard.org/rss-specification,
https://help.apple.com/itc/podcasts_connect/#/itcb54353390
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.links.html_text import clean, paragraphs

if TYPE_CHECKING:
    from feedgen.entry import FeedEntry
    from feedgen.feed import FeedGenerator

MEDIA_TYPE = "application/rss+xml"
ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed says of itself; what was not given is ""."""

    title: str
    description: str
    link: str
    language: str = "en"
    author: str = ""
    email: str = ""
    image: str = ""
    category: str = ""
    explicit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """The audio or video file of an episode; ``length`` in bytes, 0 where it is not known."""

    url: str
    type: str
    length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An episode, with the feed's words at its time; ``duration`` in seconds, 0 if not known.

    ``text`` is plain; ``published_at`` is ISO 8601.
    """

    guid: str
    title: str
    text: str
    link: str
    published_at: str
    channel: Channel
    enclosure: Enclosure | None = None
    author: str = ""
    image: str = ""
    duration: int = 0
    season: int = 0
    number: int = 0
    explicit: bool = False

    @property
    def place(self) -> tuple[datetime, str]:
        """Where it stands in its feed."""
        return datetime.fromisoformat(self.published_at), self.guid

    def as_json(self) -> dict[str, Any]:
        """For `episode_of`."""
        return asdict(self)


def episode_of(given: dict[str, Any]) -> Episode:
    """The episode in ``given``; raises `TypeError`, `KeyError` or `ValueError` where it is none."""
    enclosure = given["enclosure"]
    plain = {**given, "channel": Channel(**given["channel"])}
    episode = Episode(**{**plain, "enclosure": Enclosure(**enclosure) if enclosure else None})
    if episode.place[0].tzinfo is None:
        raise ValueError("published_at has no zone")
    return episode


def rss(episodes: Iterable[Episode], url: str, hub: str = "") -> bytes:
    """The feed at ``url``, the newest episode first; the feed's own words are the newest's.

    The same episodes make the same feed, whoever makes it, and in whatever order they are given.
    At least one is needed.
    """
    from feedgen.feed import FeedGenerator

    in_order = sorted(episodes, key=lambda episode: episode.place)
    newest = in_order[-1]
    feed = FeedGenerator()
    feed.load_extension("podcast")
    _describe(feed, newest.channel, url)
    feed.generator("Taskyard")
    feed.lastBuildDate(newest.place[0])
    if hub:
        feed.register_extension("hub", _hub_link(hub))
    for episode in in_order:
        _add(feed.add_entry(), episode)
    return bytes(feed.rss_str(pretty=True))


def guids(feed: bytes) -> set[str]:
    """The guids of the episodes in ``feed``; raises `ValueError` where it is no feed."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(feed, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("this is no XML") from error
    if root.tag != "rss":
        raise ValueError("this is no RSS feed")
    return {(guid.text or "").strip() for guid in root.iterfind("channel/item/guid")}


def _describe(feed: FeedGenerator, channel: Channel, url: str) -> None:
    feed.title(clean(channel.title))
    feed.link(href=url, rel="self", type=MEDIA_TYPE)
    feed.link(href=channel.link, rel="alternate")
    feed.description(clean(channel.description))
    feed.language(channel.language)
    feed.podcast.itunes_explicit("yes" if channel.explicit else "no")
    if channel.author:
        feed.podcast.itunes_author(clean(channel.author))
    if channel.image:
        feed.podcast.itunes_image(channel.image)
    if channel.category:
        feed.podcast.itunes_category({"cat": clean(channel.category)})
    if channel.email:
        feed.podcast.itunes_owner(clean(channel.author or channel.title), clean(channel.email))


def _add(entry: FeedEntry, episode: Episode) -> None:
    entry.guid(episode.guid, permalink=False)
    entry.title(clean(episode.title))
    entry.link(href=episode.link)
    entry.description(str(paragraphs(episode.text)))
    entry.pubDate(episode.place[0])
    entry.podcast.itunes_explicit("yes" if episode.explicit else "no")
    if episode.enclosure:
        part = episode.enclosure
        entry.enclosure(part.url, str(part.length), part.type)
    if episode.author:
        entry.podcast.itunes_author(clean(episode.author))
    if episode.image:
        entry.podcast.itunes_image(episode.image)
    if episode.duration:
        entry.podcast.itunes_duration(episode.duration)
    if episode.season:
        entry.podcast.itunes_season(episode.season)
    if episode.number:
        entry.podcast.itunes_episode(episode.number)


def _hub_link(hub: str) -> type[Any]:
    """For feedgen: names the WebSub hub in the feed (https://www.w3.org/TR/websub/#discovery)."""
    from feedgen.ext.base import BaseExtension
    from lxml.etree import SubElement

    class HubLink(BaseExtension):  # type: ignore[misc]  # the library has no types
        def extend_rss(self, feed: Any) -> Any:
            SubElement(feed[0], f"{{{ATOM}}}link", rel="hub", href=hub)
            return feed

    return HubLink
