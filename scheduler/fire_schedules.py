"""Submit the tasks of schedules that are due."""

from __future__ import annotations

from shared.schedules.fire import fire_due
from shared.yard import Yard


def fire_schedules(yard: Yard) -> int:
    """Fire up to a batch of schedules; how many."""
    return fire_due(yard)
