"""Where a task stands in its tenant's line."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.tasks.insertion import turn

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def later(seconds: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(seconds=seconds)


def test_of_equals_the_first_goes_first() -> None:
    assert turn(NOON, 5) < turn(later(1), 5)


def test_of_those_who_come_together_the_highest_priority_goes_first() -> None:
    assert turn(NOON, 9) < turn(NOON, 5) < turn(NOON, 0)


@pytest.mark.parametrize(("waited", "goes_first"), [(299, False), (301, True)])
def test_a_minute_of_waiting_is_worth_one_step_of_priority(waited: int, goes_first: bool) -> None:
    assert (turn(NOON, 0) < turn(later(waited), 5)) is goes_first
