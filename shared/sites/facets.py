"""Facets: which parts of a Bluesky post are links and hashtags; pure.

https://docs.bsky.app/docs/advanced-guides/post-richtext
"""

from __future__ import annotations

from typing import Any

from shared.sites.words import Word, words


def facets(text: str) -> list[dict[str, Any]]:
    """The facets of ``text``; places are counted in bytes of UTF-8."""
    return [
        {
            "index": {
                "byteStart": len(text[: word.start].encode()),
                "byteEnd": len(text[: word.end].encode()),
            },
            "features": [_feature(word)],
        }
        for word in words(text)
    ]


def _feature(word: Word) -> dict[str, str]:
    if word.link:
        return {"$type": "app.bsky.richtext.facet#link", "uri": word.link}
    return {"$type": "app.bsky.richtext.facet#tag", "tag": word.tag}
