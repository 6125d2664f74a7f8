"""What TikTok takes, and what it is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.settings import Settings
from shared.sites.outcome import NotAccepted
from workers.scripts.publishers.protocol import Media, Post, Sound
from workers.scripts.publishers.tiktok.api import Creator
from workers.scripts.publishers.tiktok.info import notes, post_info
from workers.scripts.publishers.tiktok.publisher import TikTok

CREATOR = Creator(
    username="someone",
    privacy_levels=("MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY", "PUBLIC_TO_EVERYONE"),
    comment_disabled=False,
    duet_disabled=True,
    stitch_disabled=False,
    longest_video_seconds=60.0,
)


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
        post(caption="é" * 2200),
        post(media("video/webm")),
        post(media(size_bytes=4 * 1024**3)),
        post(*[PICTURE] * 35),
        post(media("image/webp"), caption="x" * 4000),
    ],
    ids=range(6),
)
def test_what_is_published_as_taken_is(settings: Settings, taken: Post) -> None:
    TikTok(settings).check(taken)


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (post(caption="x" * 2201), "TikTok takes 2200 characters, these are 2201"),
        (post(caption="\U0001f600" * 1101), "these are 2202"),
        (post(PICTURE, caption="x" * 4001), "TikTok takes 4000 characters"),
        (post(media("video/x-msvideo")), "takes videos of video/mp4"),
        (post(media(size_bytes=4 * 1024**3 + 1)), "1 to 4294967296 bytes"),
        (post(media(size_bytes=0)), "1 to 4294967296 bytes"),
        (post(media(), PICTURE), "one video, or pictures alone"),
        (post(*[PICTURE] * 36), "1 to 35 pictures"),
        (post(media("image/png")), "JPEG and WebP"),
        (post(media("image/jpeg", size_bytes=20 * 1024 * 1024 + 1)), "up to 20 MB"),
    ],
    ids=range(10),
)
def test_other_posts_are_refused_with_the_reason(
    settings: Settings, refused: Post, why: str
) -> None:
    with pytest.raises(NotAccepted, match=why):
        TikTok(settings).check(refused)


def test_a_video_is_told_with_what_is_open_in_the_account() -> None:
    assert post_info(post(), CREATOR, {"is_aigc": True, "disable_comment": True}) == {
        "title": "Hi",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "disable_comment": True,
        "disable_duet": True,
        "disable_stitch": False,
        "brand_content_toggle": False,
        "brand_organic_toggle": False,
        "is_aigc": True,
    }


@pytest.mark.parametrize(("seconds", "is_taken"), [(None, True), (60.0, True), (60.1, False)])
def test_the_duration_is_held_against_the_account(seconds: float | None, is_taken: bool) -> None:
    long = post(media(duration_seconds=seconds))
    if is_taken:
        assert post_info(long, CREATOR, {})["title"] == "Hi"
    else:
        with pytest.raises(NotAccepted, match="up to 60 s"):
            post_info(long, CREATOR, {})


@pytest.mark.parametrize(
    ("made", "count"),
    [
        (post(), 0),
        (post(way="useSound"), 1),
        (post(sound=Sound(choice="custom", keyword="x")), 1),
        (post(product_link=True), 1),
        (post(PICTURE, sound=Sound(choice="0")), 1),
        (post(PICTURE, way="useSound", product_link=True), 2),
    ],
    ids=range(6),
)
def test_what_cannot_be_done_is_noted(made: Post, count: int) -> None:
    assert len(notes(made)) == count
