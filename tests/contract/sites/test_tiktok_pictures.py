"""Pictures on TikTok: they are fetched from a public address, or not posted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shared.errors import TaskTimeout
from shared.sites.outcome import NotAccepted, TryLater
from tests.sites.attempts import Attempts, in_library, media
from tests.sites.faulty_site import (
    CUT,
    CUT_AFTER,
    SLOW_AFTER,
    Fault,
    broken,
)
from tests.sites.tiktok_server import TikTokServer, refused
from workers.alarm import alarm
from workers.scripts.publishers.protocol import Sound


@pytest.fixture
def site(tiktok_site: TikTokServer) -> TikTokServer:
    return tiktok_site


@pytest.fixture
def task(tiktok_task: Attempts, site: TikTokServer, tmp_path: Path) -> Attempts:
    task = tiktok_task
    contents = [b"first picture", b"second picture"]
    pictures = [
        media(tmp_path / f"{number}.jpg", content, "image/jpeg")
        for number, content in enumerate(contents)
    ]
    for content in contents:
        site.files[in_library(task.yard, content)] = ("image/jpeg", content)
    task.post = replace(task.post, media=tuple(pictures))
    return task


def test_they_are_posted_from_their_public_address(site: TikTokServer, task: Attempts) -> None:
    published = task.run()
    assert published.url == f"https://www.tiktok.com/@someone/photo/{published.id}"
    assert site.posts[0].pictures == [b"first picture", b"second picture"]
    assert site.posts[0].info["description"] == "Hi #new"


def test_without_such_an_address_they_are_refused(site: TikTokServer, task: Attempts) -> None:
    task.give(media_url="")
    error = task.failed()
    assert isinstance(error, NotAccepted)
    assert "media_url" in str(error)
    assert site.count("photos") == 0


def test_a_file_outside_the_library_is_refused(
    site: TikTokServer, task: Attempts, tmp_path: Path
) -> None:
    stray = media(tmp_path / "stray.jpg", b"stray", "image/jpeg")
    task.post = replace(task.post, media=(stray,))
    assert "stray.jpg is not among the blobs" in str(task.failed())


def test_a_file_that_is_not_to_be_seen_there_is_refused(site: TikTokServer, task: Attempts) -> None:
    site.files.clear()
    error = task.failed()
    assert isinstance(error, NotAccepted)
    assert "0.jpg is not to be seen at media_url (status 404, 0 bytes)." in str(error)


@pytest.mark.parametrize("fault", [CUT_AFTER, broken(after=True), SLOW_AFTER], ids=range(3))
def test_they_are_not_posted_again_when_the_answer_got_lost(
    site: TikTokServer, task: Attempts, fault: Fault
) -> None:
    site.misbehave("photos", fault)
    assert isinstance(task.failed(), TryLater)
    error = task.failed()
    assert (error.code, error.retryable) == ("OUTCOME_UNKNOWN", False)
    assert len(site.posts) == 1


def test_they_are_not_posted_again_when_time_was_up_before_the_answer(
    site: TikTokServer, task: Attempts
) -> None:
    site.misbehave("photos", SLOW_AFTER)
    with pytest.raises(TaskTimeout), alarm(1.0, 60.0):
        task.run()
    assert task.failed().code == "OUTCOME_UNKNOWN"
    assert len(site.posts) == 1


def test_a_refusal_leaves_nothing_unknown(site: TikTokServer, task: Attempts) -> None:
    site.misbehave("photos", refused(429, "rate_limit_exceeded"))
    assert task.failed().delay_seconds == 60.0
    assert task.run().url


def test_their_status_is_looked_at_again(site: TikTokServer, task: Attempts) -> None:
    site.misbehave("status", CUT)
    task.failed()
    assert task.run().url
    assert site.count("photos") == 1


def test_music_may_be_left_to_tiktok(site: TikTokServer, task: Attempts) -> None:
    task.post = replace(task.post, sound=Sound(choice="1"))
    assert "TikTok chooses the music" in task.run().notes[0]
    assert site.posts[0].info["auto_add_music"] is True
