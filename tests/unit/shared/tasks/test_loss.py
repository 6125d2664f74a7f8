"""What becomes of a running task whose holder is gone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.tasks.loss import Again, Cause, Over, after_loss
from shared.tasks.task import Task, tasks

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def task(**known: Any) -> Task:
    """A running task; what does not matter here is None."""
    values = dict.fromkeys(c.name for c in tasks.c) | {"status": "running", "solo": False}
    return Task.of(values | {"lost_leases": 0, "deaths": 0} | known)


@pytest.mark.parametrize(
    ("before", "cause", "alone", "after"),
    [
        ({}, Cause.LEASE_LAPSED, True, Again(1, 0, solo=False)),
        ({"lost_leases": 8}, Cause.LEASE_LAPSED, True, Again(9, 0, solo=False)),
        ({"lost_leases": 3, "solo": True}, Cause.LEASE_LAPSED, True, Again(4, 0, solo=True)),
        ({"deaths": 2}, Cause.LEASE_LAPSED, True, Again(1, 2, solo=False)),
        ({}, Cause.WORKER_DIED, True, Again(0, 1, solo=True)),
        ({"deaths": 1}, Cause.WORKER_DIED, True, Again(0, 2, solo=True)),
        ({}, Cause.WORKER_DIED, False, Again(0, 0, solo=True)),
        ({"deaths": 2}, Cause.WORKER_DIED, False, Again(0, 2, solo=True)),
        ({"lost_leases": 9}, Cause.WORKER_DIED, True, Again(9, 1, solo=True)),
        ({}, Cause.TIME_LIMIT, False, Again(0, 0, solo=True)),
        ({}, Cause.SHUTDOWN, False, Again(0, 0, solo=False)),
        ({"lost_leases": 9, "deaths": 2}, Cause.SHUTDOWN, True, Again(9, 2, solo=False)),
    ],
)
def test_a_lost_task_runs_again(
    before: dict[str, Any], cause: Cause, alone: bool, after: Again
) -> None:
    assert after_loss(task(**before), cause, alone=alone) == after


def test_the_tenth_lost_lease_is_the_last() -> None:
    fate = after_loss(task(lost_leases=9), Cause.LEASE_LAPSED, alone=True)
    assert fate == Over("LEASE_LOST", "The task's holder vanished 10 times.")


def test_three_deaths_alone_are_poison() -> None:
    fate = after_loss(task(deaths=2), Cause.WORKER_DIED, alone=True)
    assert isinstance(fate, Over)
    assert fate.code == "POISON"
    assert "3 times" in fate.message


def test_deaths_in_company_never_add_up_to_poison() -> None:
    lost = task()
    for _ in range(20):
        fate = after_loss(lost, Cause.WORKER_DIED, alone=False)
        assert fate == Again(0, 0, solo=True)
