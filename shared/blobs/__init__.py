"""The contents of files: kept once by their hash, wherever the settings say."""

from __future__ import annotations

from shared.blobs.blob import Written, find_key, keep, key_of, not_kept, touch
from shared.blobs.failure import MissingBlob
from shared.blobs.store import BlobStore
from shared.blobs.writer import Writer

__all__ = [
    "BlobStore",
    "MissingBlob",
    "Writer",
    "Written",
    "find_key",
    "keep",
    "key_of",
    "not_kept",
    "touch",
]
