"""Identifiers: UUIDv7 (RFC 9562), ordered by time and so kind to indexes; and numbers."""

from __future__ import annotations

from uuid import UUID

from uuid_utils import uuid7

LARGEST_NUMBER = 2**63 - 1
"""What a store can count rows to; it takes no larger number in a query either."""


def new_id() -> str:
    """A new id, as lower-case text with dashes."""
    return str(uuid7())


def is_id(text: str) -> bool:
    """Whether ``text`` is an id as we write them."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
