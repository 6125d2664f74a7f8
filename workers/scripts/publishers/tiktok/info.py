"""What TikTok is told of a post, by what its account may do; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.sites.outcome import NotAccepted
from workers.scripts.publishers.protocol import Post
from workers.scripts.publishers.tiktok.api import Creator

PUBLIC = "PUBLIC_TO_EVERYONE"
WIDEST_FIRST = (PUBLIC, "FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY")
MARKS = ("brand_content_toggle", "brand_organic_toggle")
NO_SOUNDS = "TikTok's API takes no sounds: the post has its own alone."
RECOMMENDED = "TikTok chooses the music: its API takes no sounds by name, and no volumes."
NO_PRODUCTS = "TikTok's API takes no product links."
ADDED = ("0", "1")
"""The choices of `Sound` that leave it to somebody else which sound it is."""


def post_info(post: Post, creator: Creator, credential: Mapping[str, Any]) -> dict[str, Any]:
    """The ``post_info`` of an init call; `NotAccepted` for what the account may not do."""
    told: dict[str, Any] = {
        "privacy_level": _privacy(creator, str(credential.get("privacy_level") or "")),
        "disable_comment": creator.comment_disabled or bool(credential.get("disable_comment")),
        **{mark: bool(credential.get(mark)) for mark in MARKS},
    }
    if not post.is_video:
        return {**told, "description": post.caption, "auto_add_music": post.sound.choice in ADDED}
    _check_duration(post, creator)
    return {
        **told,
        "title": post.caption,
        "disable_duet": creator.duet_disabled or bool(credential.get("disable_duet")),
        "disable_stitch": creator.stitch_disabled or bool(credential.get("disable_stitch")),
        "is_aigc": bool(credential.get("is_aigc")),
    }


def notes(post: Post) -> tuple[str, ...]:
    """What cannot be done as asked."""
    told = []
    if not post.is_video and post.sound.choice in ADDED:
        told.append(RECOMMENDED)
    elif post.sound.choice != "-1" or post.way == "useSound":
        told.append(NO_SOUNDS)
    if post.product_link:
        told.append(NO_PRODUCTS)
    return tuple(told)


def _privacy(creator: Creator, wanted: str) -> str:
    """The level asked for, or the widest that the account offers."""
    offered = creator.privacy_levels
    found = [level for level in ((wanted,) if wanted else WIDEST_FIRST) if level in offered]
    if not found:
        listed = ", ".join(offered) or "none"
        raise NotAccepted(f"privacy_level {wanted or 'to choose'}: the account offers {listed}.")
    return found[0]


def _check_duration(post: Post, creator: Creator) -> None:
    seconds, longest = post.media[0].duration_seconds, creator.longest_video_seconds
    if seconds is not None and longest is not None and seconds > longest:
        name = post.media[0].name
        raise NotAccepted(f"{name}: the account may post videos of up to {longest:g} s.")
