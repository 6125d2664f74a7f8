"""A folder as its owner sees it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.documents.folder import Folder
from shared.moments import time_text


def folder_body(folder: Folder, words: int) -> dict[str, Any]:
    """The folder; ``words`` is how many its documents have."""
    return {
        "id": folder.id,
        "name": folder.name,
        "description": folder.description,
        "chunkSize": folder.chunk_size,
        "words": words,
        "createdAt": time_text(folder.created_at),
        "updatedAt": time_text(folder.updated_at),
    }


def listed_bodies(folders: Iterable[Folder], words: Mapping[str, int]) -> list[dict[str, Any]]:
    """Folders in a list, each as something that was settled and went well."""
    return [
        {"status": "fulfilled", "value": folder_body(folder, words.get(folder.id, 0))}
        for folder in folders
    ]
