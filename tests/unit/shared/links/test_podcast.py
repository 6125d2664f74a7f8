"""The feed that is made of episodes."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from shared.links.podcast import Channel, Enclosure, Episode, episode_of, guids, rss

CHANNEL = Channel(title="Red radio", description="About & of", link="https://a.example/")
EPISODE = Episode(
    guid="1",
    title="One\x00 & only",
    text="Hello <b>",
    link="https://a.example/",
    published_at="2026-01-01T00:00:00+00:00",
    channel=CHANNEL,
    enclosure=Enclosure(url="https://a.example/1.mp3", type="audio/mpeg", length=7),
    season=1,
)
FEED = "https://p.example/feed.xml"


def test_an_episode_is_the_same_after_it_was_kept() -> None:
    assert episode_of(EPISODE.as_json()) == EPISODE
    bare = replace(EPISODE, enclosure=None)
    assert episode_of(bare.as_json()) == bare


@pytest.mark.parametrize(
    "wrong",
    [{}, {"enclosure": 7}, {"channel": {}}, {"published_at": "soon"}, {"colour": "red"},
     {"published_at": "2026-01-01T00:00:00"}],
    ids=["empty", "enclosure", "channel", "time", "unknown", "no-zone"],
)  # fmt: skip
def test_what_is_no_episode_is_refused(wrong: dict[str, object]) -> None:
    given = {**EPISODE.as_json(), **wrong} if wrong else {}
    with pytest.raises((TypeError, KeyError, ValueError)):
        episode_of(given)


def test_the_same_episodes_make_the_same_feed_in_whatever_order() -> None:
    second = replace(EPISODE, guid="2", published_at="2026-01-02T02:00:00+02:00")
    third = replace(EPISODE, guid="3", published_at="2026-01-02T00:00:00+00:00")
    made = {rss(some, FEED) for some in permutations([EPISODE, second, third])}
    assert len(made) == 1
    assert guids(made.pop()) == {"1", "2", "3"}


def test_a_feed_names_itself_and_its_hub() -> None:
    feed = rss([EPISODE], FEED, "https://hub.example/?a=1&b=2").decode()
    assert f'<atom:link href="{FEED}" rel="self" type="application/rss+xml"/>' in feed
    assert '<atom:link rel="hub" href="https://hub.example/?a=1&amp;b=2"/>' in feed
    assert 'rel="hub"' not in rss([EPISODE], FEED).decode()


def test_signs_that_no_feed_may_hold_are_left_out() -> None:
    assert "<title>One &amp; only</title>" in rss([EPISODE], FEED).decode()


@pytest.mark.parametrize("text", [b"", b"<rss", b"<html></html>", b"nothing"])
def test_what_is_no_feed_has_no_guids(text: bytes) -> None:
    with pytest.raises(ValueError, match="this is no"):
        guids(text)


def test_entities_of_a_feed_are_not_followed() -> None:
    text = (
        b'<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        b"<rss><channel><item><guid>&e;</guid></item></channel></rss>"
    )
    assert guids(text) == {""}
