"""What the AT Protocol asks of records and blobs.

https://atproto.com/specs/tid, https://atproto.com/specs/lexicon#datetime,
https://docs.bsky.app/docs/advanced-guides/post-richtext
"""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tests.sites.faulty_site import Wrong

TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
Json = Mapping[str, Any]


def raw_cid(content: bytes) -> str:
    """The CID of a blob: version 1, raw, SHA-256, in base32."""
    cid = b"\x01\x55\x12\x20" + sha256(content).digest()
    return "b" + b32encode(cid).decode().lower().rstrip("=")


def check_facet(facet: Json, text: bytes) -> None:
    """Raise `Wrong` where ``facet`` does not lie on what it names."""
    start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
    if not 0 <= start < end <= len(text):
        raise Wrong(f"facet: {facet}")
    part = text[start:end].decode()
    for feature in facet["features"]:
        told = {
            "app.bsky.richtext.facet#link": lambda feature: feature["uri"],
            "app.bsky.richtext.facet#tag": lambda feature: "#" + feature["tag"],
        }[feature["$type"]](feature)
        if told != part:
            raise Wrong(f"facet: {told} is not {part}")
