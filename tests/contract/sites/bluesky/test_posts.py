"""Posts reach a PDS, once: a strict one, and a real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.errors import GiveWay, TaskTimeout
from shared.sites.outcome import TryLater
from shared.sites.record_key import record_key
from tests.sites.bluesky_server import DID, BlueskyServer, refused
from tests.sites.bluesky_task import CAPTION, Site, Task, failure, run
from tests.sites.faulty_site import (
    CUT,
    CUT_AFTER,
    CUT_MIDWAY,
    SLOW,
    SLOW_AFTER,
    Fault,
    broken,
)
from workers.alarm import alarm
from workers.scripts.publishers.protocol import Post, Sound

pytestmark = pytest.mark.timeout(600)  # the first run installs a PDS


def test_pictures_are_published_with_their_text_and_told_in_words(
    server: Site, task: Task, pictures: Post
) -> None:
    attempt = task(pictures, server)
    published = run(attempt)
    (post,) = server.posts()
    assert post["text"] == CAPTION
    assert abs(datetime.fromisoformat(post["createdAt"]) - datetime.now(UTC)).total_seconds() < 60
    images = post["embed"]["images"]
    assert [image["alt"] for image in images] == ["Ein schönes rotes Fahrrad 🚲"] * 2
    assert [image["aspectRatio"] for image in images] == [
        {"width": 30, "height": 20},
        {"width": 20, "height": 40},
    ]
    assert [server.blob(image["image"]) for image in images] == [
        each.path.read_bytes() for each in pictures.media
    ]
    key = record_key(pictures.key)
    did = published.id.split("/")[2]
    assert published.id == f"at://{did}/app.bsky.feed.post/{key}"
    assert published.url == f"https://bsky.app/profile/{did}/post/{key}"
    assert published.notes == ()
    assert attempt.percents[-1] == pytest.approx(90.0)


def test_links_and_hashtags_work(server: Site, task: Task, pictures: Post) -> None:
    attempt = task(pictures, server)
    run(attempt)
    text = CAPTION.encode()
    parts = {
        text[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"]
        for facet in server.posts()[0]["facets"]
    }
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/laden"}
    tag = {"$type": "app.bsky.richtext.facet#tag", "tag": "neu"}
    assert parts == {"#neu": [tag], "https://example.org/laden": [link]}


@pytest.mark.parametrize(
    "fault",
    [broken(after=True), CUT_AFTER, SLOW_AFTER, refused(502, "Bad", after=True)],
    ids=["500", "cut", "slow", "502"],
)
def test_a_post_whose_answer_got_lost_is_found_and_not_sent_again(
    server: Site, task: Task, pictures: Post, fault: Fault
) -> None:
    attempt = task(pictures, server)
    server.misbehave("createRecord", fault)
    assert isinstance(failure(attempt, 0.5), TryLater)
    published = run(attempt)
    assert len(server.posts()) == 1
    assert published.id.endswith(record_key(pictures.key))
    assert server.count("createRecord") == 1


def test_a_post_that_nobody_found_makes_no_second_one(
    server: Site, task: Task, pictures: Post
) -> None:
    attempt = task(pictures, server)
    first = run(attempt)
    server.misbehave("getRecord", refused(400, "RecordNotFound"))
    assert isinstance(failure(attempt), TryLater)
    assert run(attempt).id == first.id
    assert len(server.posts()) == 1


@pytest.mark.parametrize(
    "fault", [broken(), CUT, CUT_MIDWAY, SLOW], ids=["500", "cut", "midway", "slow"]
)
@pytest.mark.parametrize("call", ["createSession", "getRecord", "uploadBlob", "createRecord"])
def test_what_did_not_arrive_is_sent_again_and_once(
    server: Site, task: Task, pictures: Post, fault: Fault, call: str
) -> None:
    attempt = task(pictures, server)
    server.misbehave(call, fault)
    assert isinstance(failure(attempt, 0.5), TryLater)
    run(attempt)
    assert [post["text"] for post in server.posts()] == [CAPTION]


def test_a_post_that_may_be_in_another_account_is_not_made_again(
    strict: BlueskyServer, task: Task, pictures: Post
) -> None:
    attempt = task(pictures, strict)
    strict.misbehave("createRecord", CUT)
    failure(attempt)
    attempt.noted["did"] = "did:plc:whose-credential-it-was-then"
    assert failure(attempt).code == "OUTCOME_UNKNOWN"
    assert strict.posts() == []


def test_another_task_makes_another_post(server: Site, task: Task, pictures: Post) -> None:
    for key in ("018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000003"):
        attempt = task(replace(pictures, key=key), server)
        run(attempt)
    assert len(server.posts()) == 2


@pytest.mark.parametrize("error", ["ExpiredToken", "InvalidToken"])
def test_a_session_that_ends_meanwhile_is_begun_anew(
    server: Site, task: Task, pictures: Post, error: str
) -> None:
    attempt = task(pictures, server)
    server.misbehave("uploadBlob", refused(400, error, "Token has expired"))
    assert isinstance(failure(attempt), TryLater)
    run(attempt)
    assert len(server.posts()) == 1


def test_a_session_is_renewed_before_it_ends(
    strict: BlueskyServer, task: Task, pictures: Post
) -> None:
    strict.access_seconds = 60.0
    attempt = task(pictures, strict)
    run(attempt)
    assert strict.count("createSession") == strict.count("refreshSession") == 1
    assert len(strict.posts()) == 1


def test_a_caption_of_300_characters_is_taken(server: Site, task: Task, pictures: Post) -> None:
    caption = "👍🏽" * 300
    attempt = task(replace(pictures, caption=caption), server)
    run(attempt)
    assert server.posts()[0]["text"] == caption


def test_what_bluesky_cannot_do_is_told(strict: BlueskyServer, task: Task, pictures: Post) -> None:
    attempt = task(replace(pictures, sound=Sound(choice="1"), placement="story"), strict)
    published = run(attempt)
    assert [note.partition(":")[0] for note in published.notes] == [
        "The sound is not added",
        "It is an ordinary post",
    ]
    assert published.id.startswith(f"at://{DID}/")


def test_an_attempt_that_lost_its_task_posts_nothing(
    strict: BlueskyServer, task: Task, pictures: Post
) -> None:
    attempt = task(pictures, strict)
    attempt.taken_away = True
    with pytest.raises(GiveWay):
        run(attempt)
    assert strict.posts() == []


@pytest.mark.parametrize("call", ["uploadBlob", "createRecord"])
def test_a_time_limit_ends_it_wherever_it_is(
    strict: BlueskyServer, task: Task, pictures: Post, call: str
) -> None:
    attempt = task(pictures, strict)
    strict.misbehave(call, SLOW)
    with pytest.raises(TaskTimeout), alarm(1.0, 60.0):
        run(attempt)
