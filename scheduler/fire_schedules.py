"""Submit the tasks of schedules that are due; go on after the clock was set back."""

from __future__ import annotations

from shared.schedules.fire import fire_due
from shared.schedules.set_back import go_on_from_now
from shared.yard import Yard


def fire_schedules(yard: Yard) -> int:
    """Fire up to a batch of schedules; how many."""
    return fire_due(yard)


def set_back_schedules(yard: Yard) -> int:
    """Let schedules be due from now on that fired by a clock that was ahead; how many."""
    return yard.store.transact(go_on_from_now)
