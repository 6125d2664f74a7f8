"""What a schedule does about due times, those it was late for, and those it missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.schedules.outlook import FIRED_AT_ONCE, MOST_COUNTED, Agenda, Due, Missed
from shared.schedules.timing import Timing

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def agenda(
    missed: Missed, *, jitter: int = 0, end: datetime | None = None, every: int = 3600
) -> Agenda:
    """Every hour from noon on."""
    return Agenda(
        schedule_id="a",
        timing=Timing(
            cron=None, every_seconds=every, timezone="UTC", anchor_at=NOON, end_at=end
        ),
        jitter_seconds=jitter,
        missed=missed,
    )  # fmt: skip


def at(hours: float) -> datetime:
    """So many hours after noon."""
    return NOON + hours * HOUR


@pytest.mark.parametrize("missed", list(Missed))
@pytest.mark.parametrize("late_seconds", [0, 1, 59])
def test_what_is_due_is_made_also_a_little_late(missed: Missed, late_seconds: int) -> None:
    outlook = agenda(missed).outlook(at(1), at(1) + timedelta(seconds=late_seconds))

    assert outlook.firings == [Due(at(1))]
    assert outlook.next_due_at == at(2)


CASES = [
    # how late, the policy, what is made
    (0.5, Missed.SKIP, [Due(at(1), is_made=False)]),
    (0.5, Missed.ONCE, [Due(at(1))]),
    (0.5, Missed.ALL, [Due(at(1))]),
    (2.5, Missed.SKIP, [Due(at(3), is_made=False, missed=2)]),
    (2.5, Missed.ONCE, [Due(at(3), missed=2)]),
    (2.5, Missed.ALL, [Due(at(1)), Due(at(2)), Due(at(3))]),
    # back in time for one of them
    (2, Missed.SKIP, [Due(at(2), is_made=False, missed=1), Due(at(3))]),
    (2, Missed.ONCE, [Due(at(3), missed=2)]),
    (2, Missed.ALL, [Due(at(1)), Due(at(2)), Due(at(3))]),
]


@pytest.mark.parametrize(
    ("late", "missed", "firings"), CASES, ids=[f"{late}h-{missed}" for late, missed, _ in CASES]
)
def test_what_was_missed_is_treated_as_asked(
    late: float, missed: Missed, firings: list[Due]
) -> None:
    outlook = agenda(missed).outlook(at(1), at(1 + late))

    assert outlook.firings == firings
    assert outlook.next_due_at == at(2 if late < 1 else 4)


@pytest.mark.parametrize("missed", [Missed.SKIP, Missed.ONCE])
def test_years_of_missed_firings_are_one_row(missed: Missed) -> None:
    outlook = agenda(missed, every=1).outlook(at(1), at(24 * 400))

    late, *rest = outlook.firings
    assert late.missed in (MOST_COUNTED, MOST_COUNTED - 1)
    assert all(due.missed == 0 for due in rest)
    assert len(rest) < FIRED_AT_ONCE


def test_all_that_was_missed_is_made_in_parts() -> None:
    one, made, due_at = agenda(Missed.ALL), [], at(1)

    while due_at <= at(250):
        outlook = one.outlook(due_at, at(250))
        assert len(outlook.firings) <= FIRED_AT_ONCE
        made += [due.due_at for due in outlook.firings]
        assert outlook.next_due_at is not None
        due_at = outlook.next_due_at

    assert made == [at(hour) for hour in range(1, 251)]


@pytest.mark.parametrize("missed", list(Missed))
def test_after_its_end_it_is_never_due_again(missed: Missed) -> None:
    outlook = agenda(missed, end=at(2)).outlook(at(1), at(9))

    assert outlook.next_due_at is None
    assert max(due.due_at for due in outlook.firings) == at(2)


def test_with_jitter_a_firing_waits_for_its_moment() -> None:
    one = agenda(Missed.SKIP, jitter=3000)
    moment = one.fires_at(at(1))

    assert at(1) < moment < at(1) + timedelta(seconds=3000)
    assert one.outlook(at(1), moment - timedelta(seconds=1)).firings == []
    assert one.outlook(at(1), moment).firings == [Due(at(1))]
    assert one.outlook(at(1), moment + timedelta(seconds=59)).firings == [Due(at(1))]
