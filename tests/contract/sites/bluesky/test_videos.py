"""Videos of posts, by Bluesky's video service or without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared.errors import TaskError
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from tests.sites.bluesky_server import BlueskyServer, refused
from tests.sites.bluesky_task import Site, Task, failure, run
from tests.sites.faulty_site import (
    CUT,
    Fault,
    broken,
)
from tests.sites.one_post import one_post
from workers.scripts.publishers.bluesky import BlueskyPublisher
from workers.scripts.publishers.polling import Polling
from workers.scripts.publishers.protocol import Post

pytestmark = pytest.mark.timeout(600)  # the first run installs a PDS


def test_a_video_goes_through_the_video_service(
    strict: BlueskyServer, task: Task, video: Post
) -> None:
    strict.video_looks = 3
    attempt = task(video, strict)
    run(attempt)
    embed = strict.posts()[0]["embed"]
    assert strict.blob(embed["video"]) == b"better " + video.media[0].path.read_bytes()
    assert embed["aspectRatio"] == {"width": 640, "height": 360}
    assert embed["alt"] == "Ein schönes rotes Fahrrad 🚲"
    assert strict.calls == [
        "createSession", "getRecord", "getServiceAuth", "getUploadLimits", "getServiceAuth",
        "uploadVideo", "getJobStatus", "getJobStatus", "getJobStatus", "createRecord",
    ]  # fmt: skip
    assert attempt.percents == sorted(attempt.percents)
    assert attempt.percents[-1] == pytest.approx(90.0)


def test_a_video_may_go_to_the_pds_itself(server: Site, settings: Settings, video: Post) -> None:
    credential = {**server.credential, "video_service": ""}
    attempt = one_post(settings, credential, video)
    run(attempt)
    embed = server.posts()[0]["embed"]
    assert server.blob(embed["video"]) == video.media[0].path.read_bytes()
    assert embed["video"]["mimeType"] == "video/mp4"


def test_a_video_that_was_worked_through_before_is_not_waited_for(
    strict: BlueskyServer, task: Task, video: Post
) -> None:
    attempt = task(video, strict)
    strict.misbehave("createRecord", CUT)
    failure(attempt)
    run(attempt)
    assert strict.count("uploadVideo") == 2
    assert strict.count("getJobStatus") == 1
    assert len(strict.posts()) == 1


def test_a_video_that_takes_too_long_is_looked_for_later(
    strict: BlueskyServer, task: Task, video: Post
) -> None:
    strict.video_looks = 10_000
    attempt = task(replace(video, upload_wait_seconds=0.0), strict)
    hasty = Polling(first_seconds=0.01, longest_seconds=0.01, least_seconds=0.01)
    with pytest.raises(TryLater, match="still working"):
        run(attempt, BlueskyPublisher(attempt.settings, hasty))


def test_a_video_that_cannot_be_used_ends_the_task(
    strict: BlueskyServer, task: Task, video: Post
) -> None:
    strict.video_fails = "video is longer than 3 minutes"
    error = failure(task(video, strict))
    assert isinstance(error, NotAccepted)
    assert "longer than 3 minutes" in error.message


@pytest.mark.parametrize(
    ("limits", "kind", "told"),
    [
        ({"canUpload": False, "message": "verify your email"}, NotAccepted, "verify your email"),
        ({"canUpload": False, "remainingDailyVideos": 0}, TryLater, "no more videos today"),
        ({"canUpload": True, "remainingDailyBytes": 10}, TryLater, "no more videos today"),
    ],
)
def test_the_limits_of_the_day_are_kept(
    strict: BlueskyServer,
    task: Task,
    video: Post,
    limits: dict[str, Any],
    kind: type[TaskError],
    told: str,
) -> None:
    strict.limits = limits
    error = failure(task(video, strict))
    assert isinstance(error, kind)
    assert told in error.message
    assert strict.count("uploadVideo") == 0


@pytest.mark.parametrize(
    "call", ["getServiceAuth", "getUploadLimits", "uploadVideo", "getJobStatus"]
)
@pytest.mark.parametrize(
    "fault", [broken(), CUT, refused(429, "RateLimitExceeded")], ids=["500", "cut", "429"]
)
def test_a_video_service_that_fails_is_asked_again(
    strict: BlueskyServer, task: Task, video: Post, call: str, fault: Fault
) -> None:
    attempt = task(video, strict)
    strict.misbehave(call, fault)
    assert isinstance(failure(attempt), TryLater)
    run(attempt)
    assert len(strict.posts()) == 1


def test_a_video_service_that_knows_no_token_does_not_log_the_account_out(
    strict: BlueskyServer, task: Task, video: Post
) -> None:
    strict.misbehave("uploadVideo", refused(401, "Unauthorized", "no"))
    assert isinstance(failure(task(video, strict)), NotAccepted)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"media_type": "video/webm"}, "takes videos of video/mp4"),
        ({"size_bytes": 300_000_001}, "takes up to 300000000 bytes"),
    ],
)
def test_videos_that_bluesky_never_takes_are_refused(
    strict: BlueskyServer, task: Task, video: Post, known: dict[str, Any], told: str
) -> None:
    clip = replace(video.media[0], **known)
    error = failure(task(replace(video, media=(clip,)), strict))
    assert isinstance(error, NotAccepted)
    assert told in error.message
