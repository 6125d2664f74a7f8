"""Limits of a Mastodon server, and how it counts."""

from __future__ import annotations

from typing import Any

import pytest

from shared.sites.mastodon_limits import Limits


def test_what_a_server_tells_counts() -> None:
    instance = {
        "configuration": {
            "statuses": {"max_characters": 5000, "max_media_attachments": 16},
            "media_attachments": {
                "video_size_limit": 1000,
                "supported_mime_types": ["image/png"],
            },
            "accounts": {"max_note_length": 1000, "max_profile_fields": 8},
        }
    }
    limits = Limits.of(instance)
    assert (limits.max_characters, limits.max_media_attachments) == (5000, 16)
    assert (limits.video_size_limit, limits.supported_mime_types) == (1000, ("image/png",))
    assert (limits.max_note_length, limits.max_profile_fields) == (1000, 8)
    assert limits.image_size_limit == Limits().image_size_limit


@pytest.mark.parametrize(
    "instance",
    [
        {},
        {"configuration": None},
        {"configuration": {"statuses": []}},
        {"configuration": {"statuses": {"max_characters": "many"}}},
        {"configuration": {"statuses": {"max_characters": -1}}},
        {"configuration": {"media_attachments": {"supported_mime_types": "all"}}},
    ],
)
def test_what_a_server_does_not_tell_is_as_usual(instance: dict[str, Any]) -> None:
    assert Limits.of(instance) == Limits()


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("👩‍👩‍👧‍👦", 1),
        ("https://example.org/" + "x" * 200, 23),
        ("a https://b.c and https://d.e/f", 2 + 23 + 5 + 23),
        ("@ann@example.org hi", 7),
        ("@ann hi", 7),
        ("ann@example.org", 15),
    ],
)
def test_links_and_mentions_are_counted_shorter(text: str, length: int) -> None:
    assert Limits().length(text) == length
