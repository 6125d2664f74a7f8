"""What a Mastodon server takes, as it tells it, and how it counts; pure.

https://docs.joinmastodon.org/entities/Instance/#configuration
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import regex

from shared.sites.graphemes import count_graphemes
from shared.sites.words import words

MENTION = regex.compile(r"(?<![\w/])(@\w+(?:[\w.-]+\w)?)@[\w.-]+\w")
"""A mention of somebody elsewhere: the host does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of a server; the defaults are those of a plain Mastodon.

    Sizes in bytes, matrices in pixels. No types: it did not tell which.
    """

    max_characters: int = 500
    max_media_attachments: int = 4
    characters_reserved_per_url: int = 23
    description_limit: int = 1500
    supported_mime_types: tuple[str, ...] = ()
    image_size_limit: int = 16 * 1024 * 1024
    image_matrix_limit: int = 33_177_600
    video_size_limit: int = 99 * 1024 * 1024
    video_matrix_limit: int = 8_294_400
    max_note_length: int = 500
    max_profile_fields: int = 4
    profile_field_name_limit: int = 255
    profile_field_value_limit: int = 255

    @classmethod
    def of(cls, instance: Mapping[str, Any]) -> Limits:
        """The limits in an Instance entity; what is missing or odd there is as usual."""
        configuration = _mapping(instance.get("configuration"))
        told = {
            **_mapping(configuration.get("statuses")),
            **_mapping(configuration.get("media_attachments")),
            **_mapping(configuration.get("accounts")),
        }
        numbers = {
            field.name: told[field.name]
            for field in fields(cls)
            if isinstance(told.get(field.name), int) and told[field.name] > 0
        }
        types = told.get("supported_mime_types")
        known = tuple(map(str, types)) if isinstance(types, (list, tuple)) else ()
        return cls(**numbers, supported_mime_types=known)

    def length(self, text: str) -> int:
        """How many characters the server counts in ``text``: links are all of one length."""
        count, end, parts = 0, 0, []
        for word in words(text):
            if word.link:
                count += self.characters_reserved_per_url
                parts.append(text[end : word.start])
                end = word.end
        return count + count_graphemes(MENTION.sub(r"\1", "".join([*parts, text[end:]])))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
