from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from taskyard.chaos import kinds, recovery
from taskyard.chaos.fault import FaultKind, Strike
from taskyard.chaos.journal import Accepted
from taskyard.chaos.timeline import Step, Timeline
from tests.unit.taskyard.chaos.histories import BORN, C, P, Q, R, X, heard, moment, step

OURS = "system-1@host/"
AGAIN = (step(R, P, 1, 12, reason="lease lapsed"), step(P, Q, 1, 13), step(Q, R, 2, 14))
DIED = replace(AGAIN[0], reason="worker process died")


def struck(kind: FaultKind, healed: float = 10.0) -> Strike:
    """A fault at second 10."""
    return Strike(kind=kind, struck_at=moment(10), healed_at=moment(healed), holder=OURS)


def took(strike: Strike, *tasks: Sequence[Step], accepted: Sequence[Accepted] = ()) -> float | None:
    """How long recovery took with these tasks' steps."""
    timeline = Timeline({str(n): steps for n, steps in enumerate(tasks)}, accepted)
    at = recovery.recovered_at(strike, timeline)
    return None if at is None else recovery.seconds(strike, at)


def running(at: float, actor: str = "system-1@host/life") -> tuple[Step, ...]:
    """A task started at that second."""
    return (*BORN, step(Q, R, 1, at, actor))


@pytest.mark.parametrize(
    ("tasks", "seconds"),
    [
        ([(*running(9), *AGAIN)], 4.0),
        ([(*running(9), step(R, C, 1, 11))], 1.0),
        ([(*running(9), *AGAIN), (*running(9), step(R, X, 1, 16))], 6.0),
        ([(*running(9, "system-2@host/life"), *AGAIN)], None),
        ([(*running(11), *AGAIN)], None),
        ([(*running(3), step(R, C, 1, 4))], None),
    ],
    ids=["again", "over", "the last", "another's", "started later", "over before"],
)
def test_a_killed_worker_is_recovered_from_when_all_it_ran_runs_again(
    tasks: list[tuple[Step, ...]], seconds: float | None
) -> None:
    assert took(struck(kinds.WORKER_KILLED), *tasks) == seconds


def test_a_killed_child_concerns_only_what_was_lost_with_it() -> None:
    lost, kept = (*running(9), DIED, *AGAIN[1:]), (*running(9), step(R, C, 1, 30))
    assert took(struck(kinds.CHILD_KILLED), lost, kept) == 4.0
    assert took(struck(kinds.CHILD_KILLED), kept) is None


def test_a_loss_after_the_next_fault_is_that_ones() -> None:
    strike = replace(struck(kinds.CHILD_KILLED), until=moment(11))
    assert took(strike, (*running(9), DIED, *AGAIN[1:])) is None


def test_a_flush_is_recovered_from_when_all_that_was_queued_is_started_or_over() -> None:
    queued = (step(None, P, at=9), step(P, Q, at=9))
    started, canceled = (*queued, step(Q, R, 1, 15)), (*queued, step(Q, X, 0, 12))
    assert took(struck(kinds.REDIS_FLUSHED), started, canceled) == 5.0


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [(kinds.SCHEDULER_KILLED, 3.0), (kinds.REDIS_KILLED, 5.0), (kinds.GATEWAY_KILLED, 7.0)],
)
def test_other_parts_are_recovered_when_they_do_their_work_again(
    kind: FaultKind, seconds: float
) -> None:
    task = (
        step(None, P, at=8),
        step(P, Q, at=11, actor="gateway"),
        step(Q, P, at=11),
        step(P, Q, at=15, actor="scheduler"),
        step(Q, R, 1, 16, "people"),
        step(R, P, 1, 16.5),
        step(P, Q, 1, 16.5),
        step(Q, R, 2, 17),
    )
    submits = [Accepted("a", moment(11), moment(18)), Accepted("b", moment(13), moment(19))]
    assert took(struck(kind, healed=12), task, accepted=submits) == seconds


def test_what_was_well_before_the_cause_was_over_took_no_time() -> None:
    assert took(struck(kinds.WORKER_STOPPED, healed=20), (*running(9), *AGAIN)) == 0.0


def test_a_recovery_is_over_when_nothing_is_left_to_recover() -> None:
    strike = struck(kinds.WORKER_KILLED)
    assert not recovery.is_over(strike, Timeline({"a": running(9)}, ()))
    assert recovery.is_over(strike, Timeline({"a": (*running(9), *AGAIN)}, ()))
    assert recovery.is_over(strike, Timeline({}, ()))


def test_a_database_is_back_when_tasks_come_in_and_are_started() -> None:
    strike = struck(kinds.DATABASE_RESTARTED)
    came = [Accepted("a", moment(11), moment(13))]
    assert took(strike, (*BORN, step(Q, R, 1, 12)), accepted=came) == 3.0
    assert not recovery.is_over(strike, Timeline({"a": BORN}, came))


def test_notices_are_back_when_one_comes() -> None:
    strike = struck(kinds.NOTICES_KILLED, healed=12)
    before, after = heard("1", Q, 11), [heard("3", C, 16), heard("2", R, 14)]
    assert not recovery.is_over(strike, Timeline({}, (), [before]))
    assert recovery.recovered_at(strike, Timeline({}, (), [before, *after])) == moment(14)


def test_where_no_notice_can_come_nothing_is_waited_for() -> None:
    strike = struck(kinds.NOTICES_STOPPED)
    assert recovery.is_over(strike, Timeline({}, ()))
    assert recovery.recovered_at(strike, Timeline({}, ())) is None
