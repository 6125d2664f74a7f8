"""Of tasks that need the same mutex one at most is handed out or runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from scheduler.release_due import ReleaseDue
from shared.clock import FakeClock
from shared.db import Store
from shared.errors import Refused
from shared.tasks import control, dispatch, mutex, requests
from shared.tasks.loss import Cause
from shared.tasks.mutex import Busy, task_mutexes
from shared.tasks.outcome import Stopped
from shared.tasks.rules import RuleKey, Scope
from shared.tasks.status import Status
from tests.integration.tasks.needing import ONE, TWO, release, submit
from tests.memory_yard import (
    PLAIN,
    SOLO,
    USES,
    USES_ELSEWHERE,
    USES_TOO,
    WORKER,
    MemoryYard,
)

P, Q, R = Status.PENDING, Status.QUEUED, Status.RUNNING
C = Status.COMPLETED
QUEUE = RuleKey(Scope.QUEUE, USES.queue)


def test_one_task_of_a_mutex_goes_at_a_time_oldest_first(yard: MemoryYard) -> None:
    ids = [submit(yard, ONE) for _ in range(3)]
    for n, task_id in enumerate(ids):
        assert [release(yard), release(yard)] == [1, 0]
        running = yard.claim(*ids)
        assert [task.id for task in running] == [task_id]
        assert release(yard) == 0
        assert [yard.status(i) for i in ids] == [C] * n + [R] + [P] * (2 - n)
        yard.completes(*running)
    assert yard.statuses(ids) == {C: 3}
    yard.assert_counted()


def test_tasks_of_different_mutexes_go_together(yard: MemoryYard) -> None:
    ids = [submit(yard, f"device/{n}") for n in range(3)]
    assert release(yard) == 3
    assert yard.statuses(ids) == {Q: 3}


def test_a_task_goes_only_where_all_it_needs_is_free(yard: MemoryYard) -> None:
    first, both, second = submit(yard, ONE), submit(yard, ONE, TWO), submit(yard, TWO)
    assert release(yard) == 1
    running = yard.claim(first, both, second)
    assert [task.id for task in running] == [first]
    assert release(yard) == 0, "the second device is kept for the one who waits for both"
    yard.completes(*running)
    assert release(yard) == 1
    yard.completes(*yard.claim(first, both, second))
    assert [yard.status(i) for i in (first, both, second)] == [C, C, P]
    assert release(yard) == 1


def test_a_task_that_needs_nothing_waits_for_nobody(yard: MemoryYard) -> None:
    ids = [submit(yard) for _ in range(2)]
    assert [release(yard), release(yard)] == [1, 1]
    assert yard.statuses(ids) == {Q: 2}


ENDS: dict[str, Callable[[MemoryYard, str], object]] = {
    "completes": lambda yard, i: yard.completes(*yard.claim(i)),
    "fails": lambda yard, i: yard.fails_for_good(*yard.claim(i)),
    "fails and is tried again": lambda yard, i: yard.fails(*yard.claim(i)),
    "is canceled before it starts": lambda yard, i: yard.cancel(i),
    "stops when asked": lambda yard, i: (
        running := yard.claim(i), yard.cancel(i), dispatch.report(
            yard.yard, [Stopped(running[0])], WORKER
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_the_next_one_goes_when_a_task_ends_whatever_way(yard: MemoryYard, end: str) -> None:
    first, second = submit(yard, ONE), submit(yard, ONE)
    release(yard)
    assert release(yard) == 0
    ENDS[end](yard, first)
    assert release(yard) == 1
    assert yard.status(second) is Q


def test_who_was_asked_to_stop_has_its_mutex_until_it_does(yard: MemoryYard) -> None:
    first = submit(yard, ONE)
    submit(yard, ONE)
    release(yard)
    yard.claim(first)
    yard.cancel(first)
    assert release(yard) == 0


def test_a_task_whose_lease_lapsed_is_the_first_to_go_again(
    yard: MemoryYard, clock: FakeClock
) -> None:
    first = submit(yard, ONE)
    clock.advance(1)
    second = submit(yard, ONE)
    release(yard)
    late = yard.claim(first)
    clock.advance(60)
    assert dispatch.rescue(yard.yard) == 1
    assert release(yard) == 1
    assert [yard.status(i) for i in (first, second)] == [Q, P]
    again = yard.claim(first)
    assert yard.completes(*late) == set()
    assert release(yard) == 0, "a late report frees nothing"
    yard.completes(*again)
    assert release(yard) == 1


def test_a_task_whose_worker_died_is_the_first_to_go_again(yard: MemoryYard) -> None:
    first, second = submit(yard, ONE), submit(yard, ONE)
    release(yard)
    yard.claim(first)
    dispatch.lose(yard.yard, WORKER, Cause.WORKER_DIED, [first], actor="keeper")
    assert release(yard) == 1
    assert [yard.status(i) for i in (first, second)] == [Q, P]


def test_a_retry_has_nothing_while_it_waits_for_its_time(
    yard: MemoryYard, clock: FakeClock
) -> None:
    first, second = submit(yard, ONE), submit(yard, ONE)
    release(yard)
    yard.fails(*yard.claim(first))
    assert release(yard) == 1
    clock.advance(10)
    assert ReleaseDue()(yard.yard) == 0
    yard.completes(*yard.claim(second))
    assert ReleaseDue()(yard.yard) == 1
    assert yard.status(first) is Q


def test_a_pause_takes_a_task_back_and_its_mutex_with_it(yard: MemoryYard) -> None:
    ids = [submit(yard, ONE), submit(yard, ONE)]
    release(yard)
    control.pause(yard.yard, QUEUE, actor="tests")
    assert (yard.statuses(ids), release(yard)) == ({P: 2}, 0)
    control.resume(yard.yard, QUEUE, actor="tests")
    assert release(yard) == 1
    assert yard.status(ids[0]) is Q


def test_a_type_that_is_paused_keeps_no_mutex_from_another(yard: MemoryYard) -> None:
    paused = submit(yard, ONE)
    other = submit(yard, ONE, kind=USES_TOO)
    control.pause(yard.yard, RuleKey(Scope.TYPE, USES.name), actor="tests")
    assert release(yard) == 1
    assert [yard.status(i) for i in (paused, other)] == [P, Q]


def test_a_limit_counts_beside_the_mutexes(yard: MemoryYard) -> None:
    control.limit(yard.yard, QUEUE, actor="tests", max_running=2, per_second=None)
    ids = [submit(yard, f"device/{n}") for n in range(4)]
    assert [release(yard), release(yard)] == [2, 0]
    yard.completes(*yard.claim(ids[0]))
    assert release(yard) == 1


def test_types_of_one_queue_share_their_mutexes(yard: MemoryYard) -> None:
    ids = [submit(yard, ONE, kind=kind) for kind in (USES_TOO, USES, USES_TOO)]
    for task_id in ids:
        assert [release(yard), release(yard)] == [1, 0]
        (running,) = yard.claim(*ids)
        assert running.id == task_id
        yard.completes(running)


def test_types_of_two_queues_share_their_mutexes(yard: MemoryYard) -> None:
    here, there = submit(yard, ONE), submit(yard, ONE, kind=USES_ELSEWHERE)
    assert [release(yard), release(yard, USES_ELSEWHERE)] == [1, 0]
    yard.completes(*yard.claim(here))
    assert [release(yard, USES_ELSEWHERE), release(yard)] == [1, 0]
    assert yard.status(there) is Q


def test_a_queue_serves_types_with_mutexes_and_without(yard: MemoryYard) -> None:
    plain = replace(SOLO, name="BESIDE", queue=USES.queue)
    yard.yard.registry.types[plain.name] = plain
    ids = [submit(yard, ONE), submit(yard, ONE), *yard.hold_back(2, plain)]
    assert release(yard) == 3
    assert yard.statuses(ids[2:]) == {Q: 2}
    assert release(yard) == 0


def test_no_task_with_a_mutex_goes_in_the_commit_of_its_submit(yard: MemoryYard) -> None:
    yard.hold_back(50, SOLO)
    assert yard.status(submit(yard, ONE)) is P
    stranger = yard.open_account("stranger").id
    dispatch.submit(yard.yard, [yard.draft(USES, account_id=stranger)])
    with yard.store.begin() as tx:
        requests.store(tx, [yard.draft(USES)])
    assert yard.statuses() == {P: 53}, "not even express"


def test_who_has_what_is_told_oldest_first(yard: MemoryYard) -> None:
    both, third = submit(yard, TWO, ONE), submit(yard, "device/3")
    release(yard)
    yard.claim(both)
    numbers = {i: yard.task(i).number for i in (both, third)}
    with yard.store.read() as tx:
        assert mutex.busy(tx) == [
            Busy(ONE, both, numbers[both]),
            Busy(TWO, both, numbers[both]),
            Busy("device/3", third, numbers[third]),
        ]


@pytest.mark.parametrize(
    ("needs", "is_stored"), [(["x" * 80] * 50, True), (["x" * 81], False), (range(200), False)]
)
def test_mutexes_that_the_store_has_no_place_for_are_refused_alone(
    postgres_yard: MemoryYard, needs: Sequence[object], is_stored: bool
) -> None:
    yard = postgres_yard
    payload = {"needs": [f"{name}" for name in needs]}
    drafts = [yard.draft(USES, payload=payload), yard.draft(PLAIN)]
    odd, plain = dispatch.submit(yard.yard, drafts)
    assert isinstance(odd, Refused) is not is_stored
    assert not isinstance(plain, Refused)


@pytest.fixture
def postgres_yard(postgres_store: Store, settings: object) -> MemoryYard:
    """A yard on PostgreSQL alone, which bounds what it stores."""
    return MemoryYard(postgres_store, settings)  # type: ignore[arg-type]


def test_what_a_task_needs_goes_with_it(yard: MemoryYard) -> None:
    submit(yard, ONE, TWO, ONE)
    with yard.store.read() as tx:
        count = tx.execute(select(func.count()).select_from(task_mutexes)).scalar_one()
    assert count == 2
