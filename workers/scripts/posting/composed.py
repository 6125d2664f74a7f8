"""A post as publishers are given it, out of the words of its configuration. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workers.scripts.publishers.protocol import Media, Post, Sound


def compose(
    key: str, number: int, config: Mapping[str, Any], caption: str, media: Iterable[Media]
) -> Post:
    """The post of the task ``number`` with the id ``key``."""
    return Post(
        key=key,
        number=number,
        caption=caption,
        media=tuple(media),
        placement=config["placement"],
        way=config["post_way"],
        sound=Sound(
            choice=config["add_sound"],
            name=config["sound_name"],
            keyword=config["custom_sound_keyword"],
            original_volume=config["origin_sound_volume"],
            added_volume=config["add_sound_volume"],
        ),
        product_link=bool(config["add_product_link"]),
        upload_wait_seconds=config["upload_wait_time"],
        sound_wait_seconds=config["sound_wait_time"],
    )
