"""Posts on Instagram, against a server that speaks the published API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shared.db import Store
from shared.errors import TaskError
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from tests.sites.attempts import HASTY, Attempts, attempts, in_library, media
from tests.sites.faulty_site import (
    CUT,
    broken,
    running,
)
from tests.sites.instagram_answers import refused
from tests.sites.instagram_server import InstagramServer
from workers.scripts.publishers.instagram.publisher import Instagram, open_publisher
from workers.scripts.publishers.protocol import LoggedOut, Post, Sound

USAGE = '{"178": [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 7}]}'


@pytest.fixture
def site(instagram_site: InstagramServer) -> InstagramServer:
    return instagram_site


@pytest.fixture
def task(instagram_task: Attempts) -> Attempts:
    return instagram_task


def pictures(task: Attempts, site: InstagramServer, folder: Path, count: int) -> None:
    """Make the post one of pictures that everybody can see."""
    made = []
    for number in range(count):
        content = f"picture {number}".encode()
        made.append(media(folder / f"{number}.jpg", content, "image/jpeg"))
        site.files[in_library(task.yard, content)] = ("image/jpeg", content)
    task.post = replace(task.post, media=tuple(made))


def test_a_reel_is_uploaded_and_published(
    site: InstagramServer, task: Attempts, clip: bytes
) -> None:
    published = task.run()
    (posted,) = site.posts
    assert (published.url, published.id) == (posted.permalink, posted.id)
    assert bytes(posted.container.received) == clip
    assert posted.container.fields["media_type"] == "REELS"
    assert posted.container.fields["caption"] == "Hi #new"
    assert site.calls[:3] == ["limit", "create", "upload"]
    assert task.percents == sorted(task.percents)
    assert task.percents[-1] == 100.0


def test_the_yard_opens_it(task: Attempts) -> None:
    assert open_publisher(task.yard).name == "instagram"


def test_a_story_is_one_without_a_caption(site: InstagramServer, task: Attempts) -> None:
    task.post = replace(task.post, placement="story")
    published = task.run()
    assert site.posts[0].is_story
    assert published.notes == ("Instagram's API takes no caption for stories.",)


def test_one_picture_is_a_post_of_the_feed(
    site: InstagramServer, task: Attempts, tmp_path: Path
) -> None:
    pictures(task, site, tmp_path, 1)
    assert task.run().url == site.posts[0].permalink
    assert site.posts[0].container.media == [b"picture 0"]
    assert site.posts[0].container.fields["caption"] == "Hi #new"


def test_a_picture_may_be_a_story(site: InstagramServer, task: Attempts, tmp_path: Path) -> None:
    pictures(task, site, tmp_path, 1)
    task.post = replace(task.post, placement="story")
    task.run()
    assert site.posts[0].is_story
    assert site.posts[0].container.media == [b"picture 0"]


def test_several_pictures_are_a_carousel(
    site: InstagramServer, task: Attempts, tmp_path: Path
) -> None:
    pictures(task, site, tmp_path, 3)
    task.run()
    (posted,) = site.posts
    assert posted.container.media == [b"picture 0", b"picture 1", b"picture 2"]
    assert posted.container.fields["media_type"] == "CAROUSEL"


def test_pictures_without_a_public_address_are_refused(
    site: InstagramServer, task: Attempts, tmp_path: Path
) -> None:
    pictures(task, site, tmp_path, 1)
    site.files.clear()
    assert "0.jpg is not to be seen at media_url" in str(task.failed())
    task.give(media_url="")
    error = task.failed()
    assert isinstance(error, NotAccepted)
    assert "from a public address" in str(error)
    assert site.count("create") == 0


def test_a_login_with_instagram_has_its_videos_fetched(
    sqlite_store: Store, settings: Settings, short_video: Post, clip: bytes
) -> None:
    with running(InstagramServer("instagram")) as site:
        task = attempts(sqlite_store, settings, Instagram, site.credential, short_video)
        assert "clip.mp4 is not among the blobs" in str(task.failed())
        site.files[in_library(task.yard, clip)] = ("video/mp4", clip)
        assert task.run().url == site.posts[0].permalink
        assert site.posts[0].container.media == [clip]
        assert site.count("upload") == 0


def test_an_address_that_is_not_told_is_no_failure(site: InstagramServer, task: Attempts) -> None:
    site.misbehave("permalink", broken())
    published = task.run()
    assert (published.url, published.id) == ("", site.posts[0].id)


def test_a_long_processing_is_looked_at_again(site: InstagramServer, task: Attempts) -> None:
    site.processing_looks = 1000
    error = task.failed(HASTY)
    assert isinstance(error, TryLater)
    assert error.delay_seconds is None
    site.processing_looks = 0
    assert task.run().url
    assert (site.count("upload"), len(site.containers)) == (1, 1)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("Error: Media upload has failed with error code 2207026", NotAccepted),
        ("Error: Media upload has failed with error code 2207053", TryLater),
        ("Error: Media upload has failed with error code 2207050", LoggedOut),
        ("Error", NotAccepted),
    ],
)
def test_a_processing_that_fails_says_why(
    site: InstagramServer, task: Attempts, status: str, kind: type[TaskError]
) -> None:
    site.failures = [status]
    error = task.failed()
    assert type(error) is kind
    assert status in str(error)
    assert task.noted["instagram"] is None


def test_a_processing_that_failed_by_their_fault_is_begun_anew(
    site: InstagramServer, task: Attempts
) -> None:
    site.failures = ["Error: Media upload has failed with error code 2207001"]
    task.failed()
    assert task.run().url
    assert len(site.posts) == 1


def test_the_posts_of_24_hours_are_waited_for(site: InstagramServer, task: Attempts) -> None:
    site.used = 100
    error = task.failed()
    assert isinstance(error, TryLater)
    assert error.delay_seconds == 21_600.0
    assert "its 100 posts of 24 hours" in str(error)
    assert site.count("create") == 0


def test_a_quota_reached_at_the_last_step_is_waited_for(
    site: InstagramServer, task: Attempts
) -> None:
    site.misbehave("publish", refused(9, 2207042))
    assert task.failed().delay_seconds == 21_600.0
    assert task.run().url
    assert len(site.posts) == 1


def test_a_delay_that_instagram_tells_is_kept(site: InstagramServer, task: Attempts) -> None:
    site.misbehave("create", refused(4, X_Business_Use_Case_Usage=USAGE))
    assert task.failed().delay_seconds == 420.0
    assert task.run().url


def test_a_container_that_is_not_ready_after_all_is_published_later(
    site: InstagramServer, task: Attempts
) -> None:
    site.misbehave("publish", refused(9007, 2207027))
    assert task.failed().retryable
    assert task.run().url


def test_a_token_revoked_in_the_middle_logs_the_account_out(
    site: InstagramServer, task: Attempts
) -> None:
    site.misbehave("publish", CUT)
    task.failed()
    site.revoke()
    assert isinstance(task.failed(), LoggedOut)
    task.give(access_token=site.access_token)
    assert task.run().url
    assert len(site.posts) == 1


def test_a_token_revoked_before_the_upload_logs_the_account_out(
    site: InstagramServer, task: Attempts
) -> None:
    site.misbehave("upload", refused(190, 463))
    assert isinstance(task.failed(), LoggedOut)
    assert task.run().url


def test_a_missing_permission_logs_the_account_out(site: InstagramServer, task: Attempts) -> None:
    site.may_publish = False
    assert isinstance(task.failed(), LoggedOut)


@pytest.mark.parametrize(
    "changes", [{"access_token": ""}, {"user_id": ""}, {"login": "somehow"}], ids=range(3)
)
def test_a_credential_with_something_missing_is_none(
    task: Attempts, changes: dict[str, str]
) -> None:
    task.give(**changes)
    error = task.failed()
    assert isinstance(error, LoggedOut)
    assert "access_token, user_id and login" in str(error)


def test_sounds_and_products_are_named_in_the_notes(task: Attempts) -> None:
    task.post = replace(task.post, sound=Sound(choice="0"), product_link=True)
    notes = task.run().notes
    assert ["sounds" in note for note in notes] == [True, False]
    assert "Product links" in notes[1]
