"""What the AT Protocol asks of records and blobs.

https://atproto.com/specs/tid, https://atproto.com/specs/lexicon#datetime,
https://docs.bsky.app/docs/advanced-guides/post-richtext
"""

from __future__ import annotations

import json
import re
from base64 import b32encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import regex

from tests.sites.faulty_site import Asked, Reply, Wrong

TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
Json = Mapping[str, Any]


class XrpcError(Exception):
    """A request that the server does not do."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.reply = Reply(status, {"error": error, "message": message})


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


def check_profile(record: Json) -> None:
    """Raise `Wrong` where ``record`` is no app.bsky.actor.profile."""
    about = record.get("description", "")
    if record.get("$type") != "app.bsky.actor.profile":
        raise Wrong(f"$type: {record.get('$type')}")
    if len(about.encode()) > 2560 or len(regex.findall(r"\X", about)) > 256:
        raise Wrong("description: too long")
    if "website" in record and not re.fullmatch(r"\w+:(//)?[^\s/]\S*", record["website"]):
        raise Wrong("website: not a URI")


def json_cid(record: Json) -> str:
    """Some CID of a record: another one as soon as anything in it is another."""
    return raw_cid(json.dumps(record, sort_keys=True).encode())


def written(given: Json) -> Reply:
    """The answer to a request that wrote a record."""
    uri = f"at://{given['repo']}/{given['collection']}/{given['rkey']}"
    cid = json_cid(given["record"])
    return Reply(200, {"uri": uri, "cid": cid, "validationStatus": "valid"})


def object_in(asked: Asked) -> dict[str, Any]:
    """The JSON object in a body."""
    if asked.headers.get("content-type") != "application/json":
        raise Wrong(f"not JSON: {asked.headers.get('content-type')}")
    given = json.loads(asked.body)
    if not isinstance(given, dict):
        raise Wrong("not an object")
    return given
