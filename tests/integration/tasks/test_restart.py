"""A failed task begins anew because somebody asked, on both stores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from scheduler.release_due import ReleaseDue
from shared.clock import FakeClock
from shared.errors import Conflict, CreditsExhausted, NotFound
from shared.tasks import dispatch, leases, restart
from shared.tasks.loss import Cause
from shared.tasks.outcome import Completed, Stopped
from shared.tasks.reason import Reason
from shared.tasks.status import Status
from shared.tasks.task import Task
from shared.tasks.task_type import TaskType
from shared.tasks.waiting_facts import waiting_for
from tests.memory_yard import ASKED, PLAIN, PRICE, SOLO, USES, WORKER, MemoryYard, in_threads
from tests.no_id import NO_ID
from workers.context import RunContext

P, Q, R = Status.PENDING, Status.QUEUED, Status.RUNNING
C, F, X = Status.COMPLETED, Status.FAILED, Status.CANCELED


def failed(yard: MemoryYard, kind: TaskType = PLAIN, **changes: Any) -> str:
    """A task that failed for good; its id."""
    task = yard.started(kind, **changes)
    yard.fails_for_good(task)
    return task.id


def restart_all(yard: MemoryYard, *ids: str) -> list[str]:
    """Try those again that can be; their ids."""
    with yard.store.begin() as tx:
        return restart.restart_all(tx, [yard.task(i) for i in ids], actor="tests")


def test_a_failed_task_begins_anew_paid_for_again(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = failed(yard, cost_cents=PRICE)
    assert yard.money() == (10_000, 0)
    clock.advance(60)
    task = yard.restart(task_id)
    assert (task.status, task.due, task.attempt, task.error) == (P, True, 1, None)
    assert (task.completed_at, task.started_at, task.queued_at) == (None, None, None)
    assert task.updated_at == clock.now()
    assert yard.money() == (9980, 20)
    step = yard.last_step(task_id)
    assert (step.actor, step.reason, step.attempt) == ("tests", "tried again", 1)
    yard.assert_counted()
    dispatch.release(yard.yard, PLAIN.queue)
    assert yard.run_all() == 1
    assert yard.steps(task_id) == [P, Q, R, F, P, Q, R, C]
    assert yard.task(task_id).attempt == 2
    assert yard.money() == (9980, 0)


def test_what_the_task_told_by_then_stays(yard: MemoryYard) -> None:
    task = yard.started(SOLO)
    with yard.store.begin() as tx:
        assert RunContext(yard.yard, task).record(tx, 50.0, sent="post/1")
    yard.fails_for_good(task)
    again = yard.restart(task.id)
    assert (again.detail, again.progress) == ({"sent": "post/1"}, None)


def test_its_retries_and_losses_are_counted_from_the_start(
    yard: MemoryYard, clock: FakeClock
) -> None:
    task_id = yard.submit(SOLO, max_retries=1)
    yard.claim(task_id)
    clock.advance(60)
    dispatch.rescue(yard.yard)
    for _ in range(2):
        clock.advance(60)
        ReleaseDue()(yard.yard)
        yard.fails(*yard.claim(task_id))
    before = yard.task(task_id)
    assert (before.status, before.retry_count, before.lost_leases) == (F, 1, 1)
    task = yard.restart(task_id)
    assert (task.retry_count, task.lost_leases, task.deaths, task.attempt) == (0, 0, 0, 3)
    dispatch.release(yard.yard, SOLO.queue)
    yard.fails(*yard.claim(task_id))
    assert (yard.status(task_id), yard.task(task_id).retry_count) == (P, 1)


def test_what_was_poison_may_die_three_times_again(yard: MemoryYard) -> None:
    task_id = yard.submit(SOLO)
    for _ in range(2):
        for died in range(1, 4):
            dispatch.release(yard.yard, SOLO.queue)
            yard.claim(task_id)
            dispatch.lose(yard.yard, WORKER, Cause.WORKER_DIED, [task_id], actor="keeper")
            assert yard.status(task_id) is (F if died == 3 else P)
        assert yard.restart(task_id).deaths == 0


def test_a_report_on_an_attempt_before_changes_nothing(yard: MemoryYard) -> None:
    old = yard.started(SOLO)
    yard.fails_for_good(old)
    task = yard.restart(old.id)
    assert dispatch.report(yard.yard, [Completed(old, {})], WORKER) == set()
    assert yard.task(old.id) == task


def _canceled(yard: MemoryYard) -> str:
    task = yard.started()
    yard.cancel(task.id)
    dispatch.report(yard.yard, [Stopped(task)], WORKER)
    return task.id


def _completed(yard: MemoryYard) -> str:
    yard.completes(task := yard.started())
    return task.id


WHERE: dict[str, Callable[[MemoryYard], str]] = {
    "pending": lambda yard: yard.hold_back()[0],
    "queued": lambda yard: yard.submit(),
    "running": lambda yard: yard.started().id,
    "completed": _completed,
    "canceled": _canceled,
}


@pytest.mark.parametrize("where", WHERE)
def test_only_what_failed_is_tried_again(yard: MemoryYard, where: str) -> None:
    task_id = WHERE[where](yard)
    before = yard.task(task_id)
    with pytest.raises(Conflict, match=f"this one is {where}"):
        yard.restart(task_id)
    assert yard.task(task_id) == before


def test_a_failure_that_is_tried_again_by_itself_is_none(yard: MemoryYard) -> None:
    yard.fails(task := yard.started())
    with pytest.raises(Conflict, match="this one is pending"):
        yard.restart(task.id)


def test_another_accounts_task_does_not_exist(yard: MemoryYard) -> None:
    task_id = failed(yard)
    stranger = yard.open_account("stranger")
    with pytest.raises(NotFound):
        dispatch.restart(yard.yard, task_id, stranger.id, "stranger")
    assert yard.status(task_id) is F


@pytest.mark.parametrize("task_id", [NO_ID, "42", "no id at all", ""])
def test_what_does_not_exist_cannot_be_tried_again(yard: MemoryYard, task_id: str) -> None:
    with pytest.raises(NotFound):
        yard.restart(task_id)


def test_what_costs_more_than_the_balance_stays_failed(yard: MemoryYard) -> None:
    dear = failed(yard, cost_cents=6000)
    yard.submit(cost_cents=5000)
    with pytest.raises(CreditsExhausted):
        yard.restart(dear)
    assert (yard.status(dear), yard.money()) == (F, (5000, 5000))


def test_of_several_as_many_begin_as_can_be_paid_for(yard: MemoryYard) -> None:
    ids = [failed(yard, cost_cents=cents) for cents in (6000, 5000, 0, 3000)]
    assert restart_all(yard, *ids) == [ids[0], ids[2], ids[3]]
    assert [yard.status(i) for i in ids] == [P, F, P, P]
    assert yard.money() == (1000, 9000)
    assert restart_all(yard) == []
    yard.assert_counted()


def test_a_task_of_a_type_that_is_gone_waits_and_says_so(yard: MemoryYard) -> None:
    task_id = failed(yard, cost_cents=PRICE)
    yard.yard.registry.types.pop(PLAIN.name)
    task = yard.restart(task_id)
    with yard.store.read() as tx:
        found = waiting_for(tx, task, yard.yard.registry)
    assert found is not None
    assert found.reason is Reason.TYPE
    assert dispatch.release(yard.yard, PLAIN.queue) == 0
    assert yard.cancel(task_id).status is X
    assert yard.money() == (10_000, 0)


def test_a_task_with_a_mutex_stands_in_its_line_again(yard: MemoryYard) -> None:
    first, second = yard.submit_many(2, USES)
    dispatch.release(yard.yard, USES.queue)
    yard.fails_for_good(*yard.claim(first))
    yard.restart(first)
    assert [dispatch.release(yard.yard, USES.queue) for _ in range(2)] == [1, 0]
    assert [yard.status(i) for i in (first, second)] == [Q, P]


def test_of_two_who_ask_at_once_one_begins_it_and_it_is_paid_once(yard: MemoryYard) -> None:
    ids = [failed(yard, SOLO, cost_cents=PRICE) for _ in range(10)]
    ready = Barrier(2)

    def ask(_thread: int) -> int:
        begun = 0
        for task_id in ids:
            ready.wait(30)
            try:
                yard.restart(task_id)
            except Conflict:
                continue
            begun += 1
        return begun

    assert sum(in_threads(2, ask)) == 10
    assert yard.statuses(ids) == {P: 10}
    assert yard.money() == (9800, 200)
    yard.assert_counted()


def test_a_child_that_still_waits_waits_for_it_again(yard: MemoryYard) -> None:
    for policy in ("finished", "any"):
        first, second = yard.started(SOLO), yard.started(SOLO)
        child = yard.submit(after=(first.id, second.id), after_policy=policy)
        yard.fails_for_good(first)
        assert yard.task(child).blocked_by == 1
        yard.restart(first.id)
        assert yard.task(child).blocked_by == 2
        yard.fails_for_good(second)
        assert (yard.status(child), yard.task(child).blocked_by) == (P, 1)
        dispatch.release(yard.yard, SOLO.queue)
        yard.completes(*yard.claim(first.id))
        assert (yard.task(child).blocked_by, yard.task(child).due) == (0, True), policy


def test_a_child_that_waits_no_more_goes_its_way(yard: MemoryYard) -> None:
    parent = yard.started(SOLO)
    child = yard.submit(after=(parent.id,), after_policy="finished")
    yard.fails_for_good(parent)
    assert yard.task(child).due
    yard.restart(parent.id)
    assert (yard.task(child).blocked_by, yard.task(child).due) == (0, True)


def test_a_child_that_came_after_the_failure_waits_for_it_too(yard: MemoryYard) -> None:
    parent, other = failed(yard, SOLO), yard.started(SOLO)
    child = yard.submit(after=(parent, other.id), after_policy="finished")
    assert yard.task(child).blocked_by == 1
    yard.restart(parent)
    assert yard.task(child).blocked_by == 2


def test_a_child_that_failed_with_it_stays_failed_until_somebody_asks(yard: MemoryYard) -> None:
    parent = yard.started(SOLO)
    child = yard.submit(after=(parent.id,), cost_cents=PRICE)
    yard.fails_for_good(parent)
    with pytest.raises(Conflict, match="try that one again first"):
        yard.restart(child)
    assert restart_all(yard, child) == []
    yard.restart(parent.id)
    assert yard.status(child) is F
    task = yard.restart(child)
    assert (task.status, task.blocked_by, task.due) == (P, 1, False)
    assert yard.money() == (9980, 20)
    dispatch.release(yard.yard, SOLO.queue)
    yard.completes(*yard.claim(parent.id))
    assert (yard.task(child).blocked_by, yard.task(child).due) == (0, True)


def test_a_child_whose_parents_are_completed_does_not_wait_for_them(yard: MemoryYard) -> None:
    yard.completes(parent := yard.started(SOLO))
    child = failed(yard, SOLO, after=(parent.id,))
    task = yard.restart(child)
    assert (task.blocked_by, task.due) == (0, True)


def test_a_child_keeps_the_time_that_has_not_come(yard: MemoryYard, clock: FakeClock) -> None:
    parent = yard.started(SOLO)
    later = clock.now() + timedelta(hours=1)
    child = yard.submit(after=(parent.id,), not_before=later)
    yard.fails_for_good(parent)
    yard.restart(parent.id)
    assert yard.restart(child).not_before == later
    dispatch.release(yard.yard, SOLO.queue)
    yard.completes(*yard.claim(parent.id))
    assert not yard.task(child).due
    clock.advance(3600)
    ReleaseDue()(yard.yard)
    assert yard.status(child) is Q


def test_people_get_as_long_to_answer_as_they_had(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = yard.submit(ASKED, deadline_seconds=60)
    yard.fails_for_good(*yard.claim(task_id))
    clock.advance(3600)
    assert yard.restart(task_id).deadline_at == clock.now() + timedelta(seconds=60)


def test_the_time_to_answer_begins_when_the_parents_are_over(
    yard: MemoryYard, clock: FakeClock
) -> None:
    parent = yard.started(SOLO)
    child = yard.submit(ASKED, after=(parent.id,), deadline_seconds=60)
    yard.fails_for_good(parent)
    clock.advance(3600)
    yard.restart(parent.id)
    yard.restart(child)
    clock.advance(3600)
    dispatch.release(yard.yard, SOLO.queue)
    yard.completes(*yard.claim(parent.id))
    assert yard.task(child).deadline_at == clock.now() + timedelta(seconds=60)


def test_parents_that_begin_anew_and_end_at_the_same_time_are_all_counted(
    yard: MemoryYard,
) -> None:
    both: list[tuple[str, Task]] = [
        (failed(yard, SOLO, cost_cents=1), yard.started(SOLO, cost_cents=1)) for _ in range(8)
    ]
    children = [
        yard.submit(after=(again, ends.id), after_policy="finished", cost_cents=1)
        for again, ends in both
    ]
    ready = Barrier(2)

    def act(thread: int) -> None:
        for again, ends in both:
            ready.wait(30)
            yard.restart(again) if thread else yard.completes(ends)

    in_threads(2, act)
    for child in map(yard.task, children):
        assert child.blocked_by in (0, 1), "the other ended first, or it was counted"
        assert child.due is (child.blocked_by == 0)
    yard.assert_counted()
    yard.money()


def test_a_child_that_comes_while_its_parent_begins_anew_is_counted(yard: MemoryYard) -> None:
    for _ in range(8):
        parent = failed(yard, SOLO)
        ready = Barrier(2)

        def act(thread: int, parent: str = parent, ready: Barrier = ready) -> str:
            ready.wait(30)
            if thread:
                return yard.submit(after=(parent,), after_policy="finished")
            return yard.restart(parent).id

        child = in_threads(2, act)[1]
        task = yard.task(child)
        assert task.blocked_by == 1 or task.status is Q or task.due
        dispatch.release(yard.yard, SOLO.queue)
        yard.completes(*yard.claim(parent))
        assert yard.task(child).blocked_by == 0


def test_nobody_holds_what_begins_anew(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = failed(yard)
    yard.restart(task_id)
    clock.advance(3600)
    with yard.store.begin() as tx:
        assert not leases.is_holding(tx, WORKER)
    assert dispatch.rescue(yard.yard) == 0
