"""End answered tasks whose deadline has passed, with the answers that are there."""

from __future__ import annotations

from shared.answers import deadline
from shared.tasks.singly import together_or_singly
from shared.yard import Yard


def close_answers(yard: Yard) -> int:
    """Close up to one batch; how many tasks ended."""
    return together_or_singly(yard, deadline.close_expired, deadline.expired_ids)
