"""Episodes in a feed at a target: what everybody sees there, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any
from xml.etree import ElementTree

import pytest

from shared.clock import FakeClock
from shared.errors import GiveWay, TaskError
from shared.links.choice import open_connector
from shared.links.connector import NotSeen
from shared.links.connectors.feed import NO_FILE, FeedConnector
from shared.links.order import Link, Order
from shared.links.service import Service
from shared.links.target import Folder
from shared.settings import Settings
from shared.sites.outcome import NotAccepted
from tests.sites.faulty_site import CUT, broken, running
from tests.sites.link_target import KEY, WEBSITE, Notes, Target, order, shown_target
from tests.sites.websub_hub import WebSubHub

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
TEXT = {"title": "How {name} are made", "text": "Listen <b>now</b> & ride.\n\n{website}"}


@pytest.fixture
def target(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The target."""
    with shown_target(settings, tmp_path_factory.mktemp("pod")) as made:
        yield made


@pytest.fixture
def hub(target: Target) -> Iterator[WebSubHub]:
    """The target's hub."""
    with running(WebSubHub()) as site:
        target.configure(hub=f"{site.url}/hub")
        yield site


def publish(
    target: Target, wanted: Order, notes: Notes | None = None, clock: FakeClock | None = None
) -> Link:
    """What one attempt makes."""
    connector = FeedConnector(target.settings, clock or FakeClock())
    connector.check(wanted)
    return connector.publish(wanted, notes or Notes())


def episode(config: dict[str, Any] | None = None, key: str = KEY, **site: str) -> Order:
    """One episode."""
    return order(Service.PODCAST, {**TEXT, **(config or {})}, key, **site)


def channel(target: Target, feed: str = "feed") -> ElementTree.Element:
    """The feed as everybody sees it."""
    text = (target.folder / f"{feed}.xml").read_text(encoding="utf-8")
    found = ElementTree.fromstring(text).find("channel")
    assert found is not None
    return found


def guids(target: Target, feed: str = "feed") -> list[str | None]:
    """The guids in the feed, the first at first."""
    return [guid.text for guid in channel(target, feed).iterfind("item/guid")]


def test_an_episode_is_in_the_feed_with_its_file_and_the_link(target: Target) -> None:
    audio = target.web.put("one.mp3", "sound")
    config = {"enclosure": {"url": audio}, "duration": 61, "season": 2, "number": 3}
    link = publish(target, episode(config))
    assert link == Link(post=f"{target.web.url}/feed.xml")
    (item,) = channel(target).iterfind("item")
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {"url": audio, "type": "audio/mpeg", "length": "5"}
    texts = {each.tag: each.text for each in item}
    assert (texts["title"], texts["link"], texts["guid"]) == (
        "How Red bicycles are made", WEBSITE, KEY,
    )  # fmt: skip
    escaped = WEBSITE.replace("&", "&amp;")
    assert texts["description"] == (
        "<p>Listen &lt;b&gt;now&lt;/b&gt; &amp; ride.</p>\n"
        f'<p><a href="{escaped}">{escaped}</a></p>'
    )
    told = {word: texts[f"{ITUNES}{word}"] for word in ("duration", "season", "episode")}
    assert told == {"duration": "61", "season": "2", "episode": "3"}


def test_a_feed_says_of_itself_what_its_newest_episode_says(target: Target) -> None:
    clock = FakeClock()
    publish(target, episode(), clock=clock)
    assert channel(target).findtext("title") == "Red radio"
    clock.advance(60)
    words = {"title": "Blue radio", "language": "fr", "author": "Ann", "category": "Arts"}
    publish(target, episode({"channel": words}, "second"), clock=clock)
    feed = channel(target)
    assert feed.findtext("title") == "Blue radio"
    assert (feed.findtext("language"), feed.findtext(f"{ITUNES}author")) == ("fr", "Ann")
    assert guids(target) == ["second", KEY]


def test_an_episode_without_a_file_is_published_and_said_so(target: Target) -> None:
    assert publish(target, episode()).note == NO_FILE


def test_a_second_attempt_leaves_one_episode_of_the_first_ones_time(target: Target) -> None:
    clock, notes = FakeClock(), Notes()
    publish(target, episode(), notes, clock)
    first = (target.folder / "feed.xml").read_bytes()
    clock.advance(3600)
    publish(target, episode(), notes, clock)
    assert (target.folder / "feed.xml").read_bytes() == first


def test_many_at_once_lose_no_episode(target: Target) -> None:
    keys = [f"episode-{number}" for number in range(12)]
    together = Barrier(len(keys))

    def add(key: str) -> Link:
        together.wait()
        return publish(target, episode(key=key))

    with ThreadPoolExecutor(len(keys)) as pool:
        list(pool.map(add, keys))
    assert sorted(map(str, guids(target))) == sorted(keys)
    assert not list(target.folder.rglob("*.part"))


def test_an_older_feed_that_takes_the_place_of_a_newer_one_is_made_anew(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, others = Folder.write, iter(["second"])

    def late(folder: Folder, path: str, content: bytes, media_type: str) -> None:
        if path == "feed.xml" and (key := next(others, "")):
            publish(target, episode(key=key))
            assert guids(target).count(key) == 1
        write(folder, path, content, media_type)

    monkeypatch.setattr(Folder, "write", late)
    publish(target, episode())
    assert set(guids(target)) == {KEY, "second"}


def test_an_episode_whose_worker_died_before_the_feed_is_in_the_next_feed(target: Target) -> None:
    publish(target, episode())
    (target.folder / "feed.xml").unlink()
    publish(target, episode(key="second"))
    assert set(guids(target)) == {KEY, "second"}


@pytest.mark.parametrize("content", ["", "[]", "{", '{"guid": "odd"}', "null"])
def test_files_that_hold_no_episode_harm_nobody(target: Target, content: str) -> None:
    publish(target, episode())
    (target.folder / "feed.episodes" / "odd.json").write_text(content)
    (target.folder / "feed.episodes.json").write_text(content)
    publish(target, episode(key="second"))
    assert set(guids(target)) == {KEY, "second"}


def test_feeds_of_one_target_are_apart(target: Target) -> None:
    publish(target, episode())
    link = publish(target, episode({"feed": "blue"}, "second"))
    assert link.post == f"{target.web.url}/blue.xml"
    assert (guids(target), guids(target, "blue")) == ([KEY], ["second"])


def test_the_hub_is_told_and_finds_the_episode(target: Target, hub: WebSubHub) -> None:
    link = publish(target, episode())
    assert (hub.seen, link.note) == ([KEY], NO_FILE)


@pytest.mark.parametrize("fault", [CUT, broken()], ids=["cut", "broken"])
def test_a_hub_that_does_not_listen_is_noted_only(
    target: Target, hub: WebSubHub, fault: Any
) -> None:
    hub.misbehave("publish", fault)
    link = publish(target, episode())
    assert "The feed's hub was not told" in link.note
    assert guids(target) == [KEY]


def test_a_feed_that_the_public_does_not_see_is_looked_at_again(target: Target) -> None:
    target.web.statuses["/feed.xml"] = 404
    with pytest.raises(NotSeen, match="404"):
        publish(target, episode())
    target.web.put("old.xml", "<rss><channel/></rss>")
    target.web.redirect("feed.xml", "/old.xml")
    with pytest.raises(NotSeen, match="does not show the episode"):
        publish(target, episode())
    target.web.put("old.xml", "<html></html>")
    with pytest.raises(NotSeen, match="no RSS feed"):
        publish(target, episode())


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"feed": "../other"}, "config.feed"),
        ({"feed": ""}, "config.feed"),
        ({"title": 7}, "config.title"),
        ({"title": "x" * 256}, "config.title"),
        ({"text": "x" * 4001}, "config.text"),
        ({"enclosure": "https://a.example/a.mp3"}, "config.enclosure"),
        ({"enclosure": {"url": "file:///etc/passwd"}}, "config.enclosure.url"),
        ({"enclosure": {"url": "https://a.example/a", "length": -1}}, "config.enclosure.length"),
        ({"image": "https://a.example/a.gif"}, "config.image"),
        ({"duration": "1:00"}, "config.duration"),
        ({"channel": {"language": "!"}}, "config.channel.language"),
        ({"hub": "javascript:alert(1)"}, "config.hub"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_word_that_cannot_be_meant_is_named(
    target: Target, config: dict[str, Any], field: str
) -> None:
    with pytest.raises(NotAccepted, match=f"^{field}: ") as caught:
        publish(target, episode(config))
    assert caught.value.code == "INVALID_FIELD"
    assert list(target.folder.iterdir()) == []


@pytest.mark.parametrize("url", ["target:other", "/tmp", "https://elsewhere.example/", ""])
def test_no_site_is_free_to_write_to(target: Target, url: str) -> None:
    with pytest.raises(NotAccepted, match=r"^url: .*target:pod"):
        publish(target, episode(url=url))


def test_the_targets_public_address_names_it_as_well(target: Target) -> None:
    publish(target, episode(url=f"{target.web.url}/"))
    assert guids(target) == [KEY]


def test_a_folder_that_is_exchanged_for_a_link_is_not_written_to(
    target: Target, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target.folder.rmdir()
    target.folder.symlink_to(elsewhere)
    with pytest.raises(NotAccepted, match="TASKYARD_LOCAL_ROOTS"):
        publish(target, episode())
    assert list(elsewhere.iterdir()) == []


def test_an_attempt_that_lost_its_task_writes_nothing(target: Target) -> None:
    with pytest.raises(GiveWay):
        publish(target, episode(), Notes(taken_away=True))
    assert list(target.folder.iterdir()) == []


def test_a_full_feed_takes_no_more_but_the_ones_it_has(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.links.feed_folder.MOST_EPISODES", 1)
    publish(target, episode())
    publish(target, episode())
    with pytest.raises(NotAccepted, match="name another"):
        publish(target, episode(key="second"))
    assert guids(target) == [KEY]


def test_a_target_that_cannot_be_written_to_is_named_without_its_address(target: Target) -> None:
    (target.folder / "feed.episodes").write_text("a file where a folder has to be")
    with pytest.raises(TaskError, match="The target pod cannot be written to") as caught:
        publish(target, episode())
    assert str(target.folder) not in caught.value.message


def test_the_kind_of_a_site_opens_it(target: Target) -> None:
    wanted = episode()
    assert open_connector(wanted, target.settings).kind == "feed"
    with pytest.raises(NotAccepted, match="podcast"):
        open_connector(replace(wanted, site=replace(wanted.site, kind="pages")), target.settings)
