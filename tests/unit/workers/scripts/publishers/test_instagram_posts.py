"""What Instagram takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.sites.outcome import NotAccepted
from workers.scripts.publishers.instagram.container import missing_from
from workers.scripts.publishers.instagram.limits import check, notes
from workers.scripts.publishers.protocol import Media, Post, Sound

MIB = 1024 * 1024


def media(media_type: str = "video/mp4", **changes: Any) -> Media:
    kind = media_type.partition("/")[0]
    plain = Media(
        name="m", path=Path("/m"), kind=kind, media_type=media_type, size_bytes=1, sha256="0" * 64
    )
    return replace(plain, **changes)


def post(*content: Media, **changes: Any) -> Post:
    return replace(Post(key="k", caption="Hi", media=content or (media(),)), **changes)


PICTURE = media("image/jpeg")


@pytest.mark.parametrize(
    "taken",
    [
        post(),
        post(caption="x" * 2200),
        post(caption=" ".join(f"#t{number}" for number in range(30))),
        post(caption="mail someone@example.org " * 30),
        post(caption="x" * 3000, placement="story"),
        post(media("video/quicktime", duration_seconds=900.0, size_bytes=300 * MIB)),
        post(media(duration_seconds=60.0, size_bytes=100 * MIB), placement="story"),
        post(*[PICTURE] * 10),
        post(PICTURE, placement="story"),
    ],
    ids=range(9),
)
def test_what_is_published_as_taken_is(taken: Post) -> None:
    check(taken)


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (post(caption="x" * 2201), "2200 characters, these have 2201"),
        (post(caption="#a " * 31), "30 hashtags, these have 31"),
        (post(caption="@a " * 21), "20 mentions, these have 21"),
        (post(media("video/webm")), "videos of video/mp4 and video/quicktime"),
        (post(media(size_bytes=300 * MIB + 1)), "a reel of up to 300 MiB"),
        (post(media(size_bytes=101 * MIB), placement="story"), "a story of up to 100 MiB"),
        (post(media(duration_seconds=900.1)), "a reel of 3 to 900 s"),
        (post(media(duration_seconds=2.9)), "a reel of 3 to 900 s"),
        (post(media(duration_seconds=61.0), placement="story"), "a story of 3 to 60 s"),
        (post(media(), PICTURE), "one video, or pictures alone"),
        (post(*[PICTURE] * 11), "1 to 10 pictures, these are 11"),
        (post(PICTURE, PICTURE, placement="story"), "a story of one picture, these are 2"),
        (post(media("image/png")), "JPEG alone"),
        (post(media("image/jpeg", size_bytes=8 * MIB + 1)), "up to 8 MiB"),
    ],
    ids=range(14),
)
def test_other_posts_are_refused_with_the_reason(refused: Post, why: str) -> None:
    with pytest.raises(NotAccepted, match=why):
        check(refused)


@pytest.mark.parametrize(
    ("made", "count"),
    [
        (post(), 0),
        (post(way="useSound"), 1),
        (post(sound=Sound(choice="1")), 1),
        (post(product_link=True, sound=Sound(choice="0")), 2),
        (post(placement="story"), 1),
        (post(placement="story", caption=""), 0),
    ],
    ids=range(6),
)
def test_what_cannot_be_done_is_noted(made: Post, count: int) -> None:
    assert len(notes(made)) == count


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        ({"status_code": "IN_PROGRESS"}, 0),
        ({"video_status": {"uploading_phase": {"status": "not_started"}}}, 0),
        ({"video_status": {"uploading_phase": {"bytes_transferred": 50_002}}}, 50_002),
        ({"video_status": {"uploading_phase": {"bytes_transferred": 99_999}}}, None),
        ({"video_status": {"uploading_phase": {"status": "complete"}}}, None),
        ({"status_code": "FINISHED"}, None),
        ({"status_code": "PUBLISHED"}, None),
    ],
    ids=range(7),
)
def test_an_upload_goes_on_from_what_has_arrived(
    state: dict[str, Any], missing: int | None
) -> None:
    assert missing_from(state, 99_999) == missing
