"""Which files have lain for long, by what their file system tells about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.blobs.place import Place

WORDS = ("mtime", "LastModified", "last_modified", "modified", "created", "time")
"""How file systems call the time of the last change."""


def stale_keys(place: Place, shard: str, before: datetime) -> list[str]:
    """The names (folder and file) in ``shard`` of those last changed ``before``."""
    try:
        listing = place.files.ls(f"{place.root}/{shard}", detail=True)
    except FileNotFoundError:
        return []
    return [
        f"{shard}/{info['name'].rpartition('/')[2]}"
        for info in listing
        if info["type"] == "file" and modified_at(info, default=before) < before
    ]


def modified_at(info: Mapping[str, Any], default: datetime) -> datetime:
    """When a file was changed, aware; ``default`` where its file system does not say. Pure."""
    told = next((info[word] for word in WORDS if info.get(word) is not None), default)
    if isinstance(told, int | float):
        return datetime.fromtimestamp(told, UTC)
    if isinstance(told, str):
        told = datetime.fromisoformat(told)
    return told if told.tzinfo else told.replace(tzinfo=UTC)
