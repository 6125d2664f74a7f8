"""End answered tasks whose deadline has passed, with the answers that are there."""

from __future__ import annotations

from shared.answers import deadline
from shared.yard import Yard


def close_answers(yard: Yard) -> int:
    """Close up to one batch; how many tasks ended."""
    return yard.store.transact(deadline.close_expired)
