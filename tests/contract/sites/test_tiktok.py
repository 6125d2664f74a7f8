"""Videos on TikTok, against a server that speaks the published Content Posting API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from shared.errors import GiveWay, TaskError
from shared.sites.outcome import NotAccepted, TryLater
from tests.sites.attempts import HASTY, Attempts, media
from tests.sites.faulty_site import (
    CUT,
    CUT_AFTER,
    CUT_MIDWAY,
    SLOW,
    SLOW_AFTER,
    Fault,
    broken,
)
from tests.sites.tiktok_server import TikTokServer, refused
from workers.scripts.publishers.protocol import LoggedOut, Post, Sound
from workers.scripts.publishers.tiktok.publisher import open_publisher
from workers.scripts.publishers.tiktok.upload import CHUNK_BYTES

LONG_BYTES = 2 * CHUNK_BYTES + 1234
"""Two chunks, the second one longer."""


@pytest.fixture
def site(tiktok_site: TikTokServer) -> TikTokServer:
    return tiktok_site


@pytest.fixture
def task(tiktok_task: Attempts) -> Attempts:
    return tiktok_task


@pytest.fixture(scope="session")
def long_content() -> bytes:
    return Random(7).randbytes(LONG_BYTES)


@pytest.fixture
def long_video(tmp_path: Path, long_content: bytes) -> Post:
    clip = media(tmp_path / "long.mp4", long_content, "video/mp4", duration_seconds=60.0)
    return Post(key="k", caption="Long", media=(clip,), upload_wait_seconds=0.0)


def test_a_video_is_published_and_its_address_told(
    site: TikTokServer, task: Attempts, clip: bytes
) -> None:
    published = task.run()
    assert published.url == f"https://www.tiktok.com/@someone/video/{published.id}"
    assert [bytes(sent.received) for sent in site.posts] == [clip]
    assert site.posts[0].info["title"] == "Hi #new"
    assert site.posts[0].info["privacy_level"] == "PUBLIC_TO_EVERYONE"
    assert site.calls[:3] == ["creator", "init", "chunk"]
    assert task.percents[-1] == 100.0


def test_the_yard_opens_it(task: Attempts) -> None:
    assert open_publisher(task.yard).name == "tiktok"


def test_a_long_video_goes_in_chunks(
    site: TikTokServer, task: Attempts, long_video: Post, long_content: bytes
) -> None:
    task.post = long_video
    task.run()
    assert site.count("chunk") == 2
    assert [bytes(sent.received) for sent in site.posts] == [long_content]
    assert task.percents == sorted(task.percents)
    assert len(task.percents) > 10


def test_the_post_is_noted_before_the_first_chunk(site: TikTokServer, task: Attempts) -> None:
    site.misbehave("chunk", CUT)
    assert isinstance(task.failed(), TryLater)
    assert task.noted["tiktok"]["publish_id"] in site.sent
    assert site.url not in str(task.noted)


def test_an_attempt_that_is_over_sends_no_more_chunks(
    site: TikTokServer, task: Attempts, long_video: Post
) -> None:
    task.post = long_video
    task.stopped_after = 2
    with pytest.raises(GiveWay):
        task.run()
    assert site.count("chunk") == 1
    assert site.posts == []


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("creator", CUT),
        ("creator", broken()),
        ("init", CUT),
        ("init", CUT_AFTER),
        ("init", broken(after=True)),
        ("init", SLOW_AFTER),
        ("chunk", CUT),
        ("chunk", CUT_MIDWAY),
        ("chunk", CUT_AFTER),
        ("chunk", broken()),
        ("chunk", broken(after=True)),
        ("chunk", SLOW_AFTER),
        ("status", CUT),
        ("status", SLOW),
        ("status", broken()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_task_makes_one_post_whatever_answer_gets_lost(
    site: TikTokServer, task: Attempts, call: str, fault: Fault, clip: bytes
) -> None:
    site.misbehave(call, fault)
    error = task.failed()
    assert error.retryable
    published = task.run()
    assert published.url
    assert len(site.posts) == 1
    assert bytes(site.posts[0].received) == clip


@pytest.mark.parametrize("lost", [CUT, CUT_MIDWAY, CUT_AFTER, broken(after=True)], ids=range(4))
def test_a_long_upload_goes_on_where_it_was_cut(
    site: TikTokServer, task: Attempts, long_video: Post, long_content: bytes, lost: Fault
) -> None:
    task.post = long_video
    site.misbehave("chunk", Fault(after=True))
    assert isinstance(task.failed(), TryLater)
    site.misbehave("chunk", lost)
    assert isinstance(task.failed(), TryLater)
    assert task.run().url
    assert site.count("init") == 1
    assert [bytes(sent.received) for sent in site.posts] == [long_content]


def test_nothing_is_begun_anew_while_the_first_may_still_become_a_post(
    site: TikTokServer, task: Attempts
) -> None:
    site.processing_looks = 1000
    error = task.failed(HASTY)
    assert isinstance(error, TryLater)
    assert error.delay_seconds is None
    assert "works on it still" in str(error)
    site.processing_looks = 0
    assert task.run().url
    assert site.count("init") == 1


def test_an_upload_whose_address_has_ended_is_begun_anew(
    site: TikTokServer, task: Attempts
) -> None:
    site.misbehave("chunk", CUT)
    task.failed()
    site.end_uploads()
    assert isinstance(task.failed(), TryLater)
    assert task.noted["tiktok"] is None
    assert task.run().url
    assert len(site.posts) == 1
    assert site.count("init") == 2


def test_an_address_that_ends_once_all_has_arrived_is_no_reason_to_begin_anew(
    site: TikTokServer, task: Attempts
) -> None:
    site.misbehave("chunk", refused(403, "expired", after=True))
    assert task.run().url
    assert site.count("init") == 1


def test_a_post_that_nobody_is_shown_needs_no_id(site: TikTokServer, task: Attempts) -> None:
    task.give(privacy_level="SELF_ONLY")
    published = task.run()
    assert (published.url, published.id) == ("", site.posts[0].publish_id)
    assert site.posts[0].info["privacy_level"] == "SELF_ONLY"


def test_a_post_still_being_looked_through_is_published_without_an_address(
    site: TikTokServer, task: Attempts
) -> None:
    site.moderation_looks = 1000
    published = task.run(HASTY)
    assert (published.url, published.id) == ("", site.posts[0].publish_id)


def test_the_wait_for_the_id_ends_with_it(site: TikTokServer, task: Attempts) -> None:
    site.moderation_looks = 3
    assert task.run().url


def test_the_widest_level_that_the_account_offers_is_taken(
    site: TikTokServer, task: Attempts
) -> None:
    site.levels = ["SELF_ONLY", "FOLLOWER_OF_CREATOR"]
    task.run()
    assert site.posts[0].info["privacy_level"] == "FOLLOWER_OF_CREATOR"


def test_a_level_that_is_not_offered_is_refused(site: TikTokServer, task: Attempts) -> None:
    site.levels = ["SELF_ONLY"]
    task.give(privacy_level="PUBLIC_TO_EVERYONE")
    error = task.failed()
    assert isinstance(error, NotAccepted)
    assert "privacy_level PUBLIC_TO_EVERYONE: the account offers SELF_ONLY." in str(error)


def test_what_the_account_has_closed_stays_closed(site: TikTokServer, task: Attempts) -> None:
    site.comment_disabled = site.duet_disabled = site.stitch_disabled = True
    task.run()
    info = site.posts[0].info
    assert [info[f"disable_{name}"] for name in ("comment", "duet", "stitch")] == [True] * 3


def test_a_video_longer_than_the_account_may_post_is_refused_before_it_is_sent(
    site: TikTokServer, task: Attempts
) -> None:
    site.longest_seconds = 10
    error = task.failed()
    assert isinstance(error, NotAccepted)
    assert "clip.mp4: the account may post videos of up to 10 s." in str(error)
    assert site.count("init") == 0


def test_sounds_and_products_are_named_in_the_notes(task: Attempts) -> None:
    task.post = replace(task.post, sound=Sound(choice="custom", keyword="x"), product_link=True)
    notes = task.run().notes
    assert ["sounds" in note for note in notes] == [True, False]
    assert "product" in notes[1]


@pytest.mark.parametrize("call", ["creator", "init", "status"])
def test_too_many_requests_are_not_repeated_before_the_delay_they_ask_for(
    site: TikTokServer, task: Attempts, call: str
) -> None:
    site.misbehave(call, refused(429, "rate_limit_exceeded", Retry_After="97"))
    error = task.failed()
    assert isinstance(error, TryLater)
    assert error.delay_seconds == 97.0
    assert task.run().url
    assert len(site.posts) == 1


def test_too_many_requests_without_a_delay_wait_a_minute(
    site: TikTokServer, task: Attempts
) -> None:
    site.misbehave("init", refused(429, "rate_limit_exceeded"))
    assert task.failed().delay_seconds == 60.0


def test_the_posts_of_a_day_are_waited_for(site: TikTokServer, task: Attempts) -> None:
    site.misbehave("creator", refused(403, "spam_risk_too_many_posts"))
    error = task.failed()
    assert (error.retryable, error.delay_seconds) == (True, 21_600.0)


@pytest.mark.parametrize(
    "code",
    [
        "spam_risk_user_banned_from_posting",
        "unaudited_client_can_only_post_to_private_accounts",
        "privacy_level_option_mismatch",
        "something_new",
    ],
)
def test_other_refusals_are_final(site: TikTokServer, task: Attempts, code: str) -> None:
    site.misbehave("init", refused(403, code))
    error = task.failed()
    assert isinstance(error, NotAccepted)
    assert code in str(error)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("file_format_check_failed", NotAccepted),
        ("duration_check_failed", NotAccepted),
        ("spam_risk_text", NotAccepted),
        ("publish_cancelled", NotAccepted),
        ("auth_removed", LoggedOut),
        ("internal", TryLater),
        ("spam_risk_too_many_posts", TryLater),
    ],
)
def test_a_post_that_fails_says_why(
    site: TikTokServer, task: Attempts, reason: str, kind: type[TaskError]
) -> None:
    site.fail_reasons = [reason]
    error = task.failed()
    assert type(error) is kind
    assert reason in str(error)


def test_a_post_that_failed_by_their_fault_is_begun_anew(
    site: TikTokServer, task: Attempts
) -> None:
    site.fail_reasons = ["internal"]
    task.failed()
    assert task.run().url
    assert len(site.posts) == 1
    assert site.count("init") == 2
