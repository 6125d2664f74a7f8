"""What Instagram takes; pure.

https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media
"""

from __future__ import annotations

import re

from shared.sites.outcome import NotAccepted
from workers.scripts.publishers.protocol import Media, Post

MIB = 1024 * 1024
LONGEST_CAPTION = 2200
MOST_HASHTAGS = 30
MOST_MENTIONS = 20
MOST_PICTURES = 10
MOST_PICTURE_BYTES = 8 * MIB
PICTURE_TYPE = "image/jpeg"
VIDEO_TYPES = ("video/mp4", "video/quicktime")
SHORTEST_SECONDS = 3.0
LONGEST_SECONDS = {"reel": 900.0, "story": 60.0}
MOST_VIDEO_BYTES = {"reel": 300 * MIB, "story": 100 * MIB}
NO_SOUNDS = "Instagram's API takes no sounds: the post has its own alone."
NO_PRODUCTS = "Product links were left out: the API tags products of the account's own shop alone."
NO_CAPTION = "Instagram's API takes no caption for stories."
_HASHTAG = re.compile(r"#\w+")
_MENTION = re.compile(r"(?<![\w.])@[\w.]+")


def check(post: Post) -> None:
    """Raise `NotAccepted` where Instagram can never take ``post``."""
    if not is_story(post):
        _check_caption(post.caption)
    if post.is_video:
        _check_video(post)
    else:
        _check_pictures(post)


def is_story(post: Post) -> bool:
    """Whether it goes to the account's stories; else to its reels or its feed."""
    return post.placement == "story"


def notes(post: Post) -> tuple[str, ...]:
    """What cannot be done as asked."""
    told = []
    if post.sound.choice != "-1" or post.way == "useSound":
        told.append(NO_SOUNDS)
    if post.product_link:
        told.append(NO_PRODUCTS)
    if is_story(post) and post.caption:
        told.append(NO_CAPTION)
    return tuple(told)


def _check_caption(caption: str) -> None:
    counts = (
        ("characters", len(caption), LONGEST_CAPTION),
        ("hashtags", len(_HASHTAG.findall(caption)), MOST_HASHTAGS),
        ("mentions", len(_MENTION.findall(caption)), MOST_MENTIONS),
    )
    for what, count, most in counts:
        if count > most:
            raise NotAccepted(f"captions: Instagram takes {most} {what}, these have {count}.")


def _check_video(post: Post) -> None:
    if len(post.media) != 1:
        raise NotAccepted("Instagram is given one video, or pictures alone.")
    video, where = post.media[0], post.placement
    if video.media_type not in VIDEO_TYPES:
        raise NotAccepted(f"{video.name}: Instagram takes videos of {' and '.join(VIDEO_TYPES)}.")
    most = MOST_VIDEO_BYTES[where]
    if not 0 < video.size_bytes <= most:
        raise NotAccepted(f"{video.name}: Instagram takes a {where} of up to {most // MIB} MiB.")
    _check_duration(video, LONGEST_SECONDS[where], where)


def _check_duration(video: Media, longest: float, where: str) -> None:
    seconds = video.duration_seconds
    if seconds is not None and not SHORTEST_SECONDS <= seconds <= longest:
        limits = f"{SHORTEST_SECONDS:g} to {longest:g} s"
        raise NotAccepted(f"{video.name}: Instagram takes a {where} of {limits}.")


def _check_pictures(post: Post) -> None:
    most = 1 if is_story(post) else MOST_PICTURES
    if not 1 <= len(post.media) <= most:
        where = "a story of one picture" if is_story(post) else f"1 to {most} pictures"
        raise NotAccepted(f"Instagram takes {where}, these are {len(post.media)}.")
    for picture in post.media:
        if picture.media_type != PICTURE_TYPE:
            raise NotAccepted(f"{picture.name}: Instagram takes pictures of JPEG alone.")
        if picture.size_bytes > MOST_PICTURE_BYTES:
            raise NotAccepted(f"{picture.name}: Instagram takes pictures of up to 8 MiB.")
