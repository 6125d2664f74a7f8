"""What is asked of a Mastodon server, and what becomes of whatever it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.db import Store
from shared.errors import GiveWay, TaskError, TaskTimeout
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from tests.memory_yard import MemoryYard
from tests.sites.faulty_site import (
    CUT,
    CUT_AFTER,
    CUT_MIDWAY,
    SLOW,
    SLOW_AFTER,
    Fault,
    Reply,
    broken,
    running,
)
from tests.sites.mastodon_server import TOKEN, MastodonServer, refused
from tests.sites.one_post import OnePost, media_file, one_post
from workers.alarm import alarm
from workers.scripts.publishers.choice import open_publisher
from workers.scripts.publishers.mastodon import MastodonPublisher
from workers.scripts.publishers.polling import Polling
from workers.scripts.publishers.protocol import LoggedOut, Post, Published, Sound

PROMPT = Polling(first_seconds=0.01, longest_seconds=0.01)
CAPTION = "A red bicycle #new https://example.org/shop"


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    """The server, which has to find all that it is asked right."""
    with running(MastodonServer()) as site:
        yield site


@pytest.fixture
def pictures(tmp_path: Path) -> Post:
    """Two pictures."""
    return Post(
        key="018f0000-0000-7000-8000-000000000001",
        caption=CAPTION,
        media=(
            media_file(tmp_path / "one.png", b"one", "image/png", width=10, height=10),
            media_file(tmp_path / "two.jpg", b"two" * 100_000, "image/jpeg", width=10, height=10),
        ),
    )


@pytest.fixture
def video(tmp_path: Path) -> Post:
    """A video."""
    clip = media_file(tmp_path / "clip.mp4", b"clip" * 50_000, "video/mp4", width=640, height=360)
    return Post(key="018f0000-0000-7000-8000-000000000002", caption=CAPTION, media=(clip,))


Task = Callable[[Post], OnePost]


@pytest.fixture
def task(settings: Settings, server: MastodonServer) -> Task:
    """A task that publishes a post."""
    credential = {"instance": server.url, "access_token": TOKEN}
    return lambda post: one_post(settings, credential, post)


def publisher(task: OnePost, answer_seconds: float = 10.0) -> MastodonPublisher:
    """One that does not wait long."""
    return MastodonPublisher(task.settings, PROMPT, answer_seconds)


def run(task: OnePost, by: MastodonPublisher | None = None) -> Published:
    """One more attempt."""
    return task.run(by or publisher(task))


def failure(task: OnePost, answer_seconds: float = 10.0) -> TaskError:
    """The error in which an attempt ends."""
    with pytest.raises(TaskError) as caught:
        run(task, publisher(task, answer_seconds))
    assert TOKEN not in caught.value.message
    return caught.value


def test_pictures_are_published_with_their_text_and_told_in_words(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    attempt = task(pictures)
    published = run(attempt)
    (status,) = server.posted
    assert (status.text, status.key) == (CAPTION, pictures.key)
    assert [(each.name, each.media_type, each.description) for each in status.media] == [
        ("one.png", "image/png", "A red bicycle"),
        ("two.jpg", "image/jpeg", "A red bicycle"),
    ]
    assert [each.content for each in status.media] == [b"one", b"two" * 100_000]
    assert published.id == status.id
    assert published.url == f"https://example.social/@ann/{status.id}"
    assert published.notes == ()
    assert attempt.percents == sorted(attempt.percents)
    assert attempt.percents[-1] == pytest.approx(90.0)


def test_a_video_is_posted_once_the_server_has_worked_through_it(
    server: MastodonServer, task: Task, video: Post
) -> None:
    attempt = task(video)
    run(attempt)
    assert [each.media_type for each in server.posted[0].media] == ["video/mp4"]
    assert server.calls == [
        "account", "instance", "statuses", "upload", "media", "media", "post",
    ]  # fmt: skip


def test_a_video_that_takes_too_long_is_not_sent_twice(
    server: MastodonServer, task: Task, video: Post
) -> None:
    server.video_looks = 1000
    attempt = task(replace(video, upload_wait_seconds=0.0))
    impatient = MastodonPublisher(
        attempt.settings,
        Polling(first_seconds=0.01, longest_seconds=0.01, least_seconds=0.01),
    )
    with pytest.raises(TryLater, match="still working"):
        run(attempt, impatient)
    for each in server.media.values():
        each.looks = 1
    run(attempt)
    assert server.count("upload") == 1
    assert len(server.posted) == 1


@pytest.mark.parametrize(
    "fault",
    [broken(after=True), CUT_AFTER, SLOW_AFTER, refused(503, "later", after=True)],
    ids=["500", "cut", "slow", "503"],
)
@pytest.mark.parametrize("key_lasts", [True, False])
def test_a_status_whose_answer_got_lost_is_found_and_not_sent_again(
    server: MastodonServer, task: Task, pictures: Post, fault: Fault, key_lasts: bool
) -> None:
    server.add_status("an older one")
    attempt = task(pictures)
    server.misbehave("post", fault)
    assert isinstance(failure(attempt, 0.5), TryLater)
    for number in range(45):
        server.add_status(f"by hand {number}")
    if not key_lasts:
        server.keys.clear()
    published = run(attempt)
    assert [status.id for status in server.posted if status.key] == [published.id]
    assert (server.count("post"), server.count("upload")) == (1, 2)


@pytest.mark.parametrize(
    "fault", [broken(), CUT, CUT_MIDWAY, SLOW], ids=["500", "cut", "midway", "slow"]
)
@pytest.mark.parametrize("call", ["account", "instance", "statuses", "upload", "media", "post"])
def test_what_did_not_arrive_is_sent_again_and_once(
    server: MastodonServer, task: Task, pictures: Post, fault: Fault, call: str
) -> None:
    attempt = task(pictures)
    server.misbehave(call, fault)
    assert isinstance(failure(attempt, 0.5), TryLater)
    run(attempt)
    assert [status.text for status in server.posted] == [CAPTION]


def test_media_that_were_removed_meanwhile_are_sent_again(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    attempt = task(pictures)
    server.misbehave("post", CUT)
    failure(attempt)
    server.media.clear()
    run(attempt)
    assert [len(status.media) for status in server.posted] == [2]
    assert server.count("upload") == 4
    assert len(attempt.noted["media"]) == 4


def test_another_post_with_the_same_text_is_not_taken_for_this_one(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    attempt = task(pictures)
    server.misbehave("post", CUT)
    failure(attempt)
    other = server.add_status(CAPTION)
    assert run(attempt).id != other.id


def test_a_post_that_may_be_in_another_account_is_not_sent_again(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    attempt = task(pictures)
    server.misbehave("post", CUT_AFTER)
    failure(attempt)
    with running(MastodonServer()) as other:
        attempt.credential = {**attempt.credential, "instance": other.url}
        assert failure(attempt).code == "OUTCOME_UNKNOWN"
        assert other.posted == []
    attempt.credential = {**attempt.credential, "instance": server.url}
    assert run(attempt).id == server.posted[0].id


def test_what_was_uploaded_in_another_account_is_uploaded_anew(
    server: MastodonServer, task: Task, video: Post
) -> None:
    attempt = task(video)
    server.misbehave("media", CUT)
    failure(attempt)
    with running(MastodonServer()) as other:
        other.add_status("older")
        attempt.credential = {**attempt.credential, "instance": other.url}
        run(attempt)
        assert [status.text for status in other.posted] == ["older", CAPTION]
    assert server.posted == []


@pytest.mark.parametrize("call", ["account", "upload", "post"])
def test_a_revoked_token_logs_the_account_out(
    server: MastodonServer, task: Task, pictures: Post, call: str
) -> None:
    attempt = task(pictures)
    server.misbehave(call, refused(401, "The access token was revoked"))
    error = failure(attempt)
    assert isinstance(error, LoggedOut)
    assert "The access token was revoked" in error.message
    assert server.posted == []


@pytest.mark.parametrize("missing", ["instance", "access_token"])
def test_a_credential_without_what_is_needed_logs_the_account_out(
    server: MastodonServer, settings: Settings, pictures: Post, missing: str
) -> None:
    credential = {"instance": server.url, "access_token": TOKEN}
    del credential[missing]
    attempt = one_post(settings, {"x": "y", **credential}, pictures)
    with pytest.raises(LoggedOut, match=f"credential.{missing}"):
        run(attempt)


@pytest.mark.parametrize(
    "scope", ["read:accounts", "read:statuses", "write:media", "write:statuses"]
)
def test_a_token_without_a_scope_is_told_before_anything_is_posted(
    server: MastodonServer, task: Task, pictures: Post, scope: str
) -> None:
    server.scopes.remove(scope)
    error = failure(task(pictures))
    assert isinstance(error, NotAccepted)
    assert "outside the authorized scopes" in error.message
    assert server.posted == []


def test_the_servers_reason_is_told(server: MastodonServer, task: Task, pictures: Post) -> None:
    server.misbehave("post", refused(422, "Validation failed: Text is spam"))
    error = failure(task(pictures))
    assert isinstance(error, NotAccepted)
    assert error.message.endswith("422: Validation failed: Text is spam")


def test_media_that_cannot_be_used_end_the_task(
    server: MastodonServer, task: Task, video: Post
) -> None:
    server.failing_media = True
    error = failure(task(video))
    assert isinstance(error, NotAccepted)
    assert "Error processing" in error.message


def in_seconds(seconds: float) -> str:
    """A moment, as Mastodon spells it."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


@pytest.mark.parametrize("call", ["account", "upload", "post"])
@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        (lambda: {"X-RateLimit-Reset": in_seconds(300)}, 295, 301),
        (lambda: {"X-RateLimit-Reset": in_seconds(7200)}, 7195, 7201),
        (lambda: {"Retry-After": "17"}, 17, 17),
        (lambda: {"Retry-After": "17", "X-RateLimit-Reset": in_seconds(300)}, 17, 17),
        (lambda: {"X-RateLimit-Reset": in_seconds(-60)}, 0, 0),
    ],
    ids=["reset", "hours", "retry-after", "both", "past"],
)
def test_a_limit_on_rate_is_kept(
    server: MastodonServer,
    task: Task,
    pictures: Post,
    call: str,
    headers: Callable[[], dict[str, str]],
    least: float,
    most: float,
) -> None:
    server.misbehave(call, refused(429, "Too many requests", headers=headers()))
    error = failure(task(pictures))
    assert isinstance(error, TryLater)
    assert error.delay_seconds is not None
    assert least <= error.delay_seconds <= most


def test_a_limit_without_a_time_is_for_the_task_to_wait_out(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    server.misbehave(
        "post", refused(429, "Too many requests", headers={"X-RateLimit-Reset": "soon"})
    )
    error = failure(task(pictures))
    assert isinstance(error, TryLater)
    assert error.delay_seconds is None


def test_a_redirect_is_not_followed(server: MastodonServer, task: Task, pictures: Post) -> None:
    there = {"Location": "https://elsewhere.example/api"}
    server.misbehave("post", Fault(Reply(308, {}, there)))
    error = failure(task(pictures))
    assert isinstance(error, NotAccepted)
    assert "redirects to https://elsewhere.example/api" in error.message


@pytest.mark.parametrize("call", ["account", "statuses", "upload", "post"])
@pytest.mark.parametrize("content", [["what?"], {"what": "?"}], ids=["list", "object"])
def test_an_answer_that_is_not_mastodons_is_no_success(
    server: MastodonServer, task: Task, pictures: Post, call: str, content: Any
) -> None:
    server.misbehave(call, Fault(Reply(200, content)))
    assert isinstance(failure(task(pictures)), TryLater)


def test_a_server_that_tells_no_limits_has_the_usual_ones(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    server.misbehave("instance", refused(404, "Not found"))
    attempt = task(replace(pictures, caption="x" * 501))
    with pytest.raises(NotAccepted, match="takes 500 characters, these are 501"):
        run(attempt)


@pytest.mark.parametrize(
    ("section", "limit", "value", "told"),
    [
        ("statuses", "max_characters", 20, "captions: the server takes 20 characters"),
        ("statuses", "max_media_attachments", 1, "takes 1 to 1 pictures"),
        ("media_attachments", "supported_mime_types", ["image/png"], "two.jpg: the server takes"),
        ("media_attachments", "image_size_limit", 1000, "two.jpg: the server takes up to 1000 b"),
        ("media_attachments", "image_matrix_limit", 99, "one.png: the server takes up to 99 pix"),
    ],
)
def test_the_servers_own_limits_are_kept_before_anything_is_sent(
    server: MastodonServer,
    task: Task,
    pictures: Post,
    section: str,
    limit: str,
    value: int,
    told: str,
) -> None:
    server.configuration[section][limit] = value
    error = failure(task(pictures))
    assert isinstance(error, NotAccepted)
    assert told in error.message
    assert server.count("upload") == 0


def test_links_count_as_the_server_counts_them(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    caption = "x" * 476 + " https://example.org/" + "y" * 100
    attempt = task(replace(pictures, caption=caption))
    run(attempt)
    assert [status.text for status in server.posted] == [caption]


def test_a_video_among_pictures_is_never_sent(task: Task, pictures: Post, video: Post) -> None:
    attempt = task(replace(pictures, media=(*pictures.media, *video.media)))
    with pytest.raises(NotAccepted, match="one video in a post"):
        publisher(attempt).check(attempt.post)


def test_what_mastodon_cannot_do_is_told(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    sound = Sound(choice="custom", keyword="rain")
    attempt = task(replace(pictures, sound=sound, product_link=True, placement="story"))
    published = run(attempt)
    assert [note.partition(":")[0] for note in published.notes] == [
        "The sound is not added",
        "The product is not linked",
        "It is an ordinary post",
    ]


def test_a_token_is_never_taken_for_a_file_of_this_machine(
    server: MastodonServer, settings: Settings, pictures: Post, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{TOKEN}\nhttps://elsewhere.example\n")
    credential = {"instance": server.url, "access_token": str(secret)}
    attempt = one_post(settings, credential, pictures)
    with pytest.raises(LoggedOut):
        run(attempt)


def test_a_server_in_a_private_network_is_refused(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    attempt = task(pictures)
    closed = replace(attempt.settings, allow_networks=())
    with pytest.raises(NotAccepted, match="public internet"):
        run(attempt, MastodonPublisher(closed, PROMPT))
    assert server.calls == []


def test_a_caption_of_emoji_counts_what_people_see(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    server.configuration["statuses"]["max_characters"] = 3
    error = failure(task(replace(pictures, caption="👩‍👩‍👧‍👦👍🏽é!")))
    assert "takes 3 characters, these are 4" in error.message


def test_an_attempt_that_lost_its_task_posts_nothing(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    attempt = task(pictures)
    attempt.taken_away = True
    with pytest.raises(GiveWay):
        run(attempt)
    assert server.posted == []


def test_an_attempt_that_lost_its_task_after_uploading_posts_nothing(
    server: MastodonServer, task: Task, pictures: Post
) -> None:
    attempt = task(pictures)
    server.misbehave("media", CUT)
    failure(attempt)
    attempt.taken_away = True
    with pytest.raises(GiveWay):
        run(attempt)
    assert server.posted == []


@pytest.mark.parametrize("call", ["upload", "post"])
def test_a_time_limit_ends_it_wherever_it_is(
    server: MastodonServer, task: Task, pictures: Post, call: str
) -> None:
    attempt = task(pictures)
    server.misbehave(call, SLOW)
    with pytest.raises(TaskTimeout), alarm(1.0, 60.0):
        run(attempt)


@pytest.mark.parametrize("name", ["mastodon", "bluesky"])
def test_a_yard_has_a_publisher_of_the_name(
    sqlite_store: Store, settings: Settings, name: str
) -> None:
    assert open_publisher(name, MemoryYard(sqlite_store, settings).yard).name == name
