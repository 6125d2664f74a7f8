"""Cancel is a row: at once where nobody works, a request to the holder otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scheduler.release_due import ReleaseDue
from shared.clock import FakeClock
from shared.errors import Conflict, NotFound
from shared.tasks import dispatch
from shared.tasks.outcome import Stopped
from shared.tasks.status import Status
from tests.memory_yard import BY_PEOPLE, PLAIN, PRICE, SOLO, WORKER, MemoryYard, in_threads
from tests.no_id import NO_ID
from workers.context import RunContext

P, Q, R = Status.PENDING, Status.QUEUED, Status.RUNNING
C, F, X = Status.COMPLETED, Status.FAILED, Status.CANCELED


def test_what_is_pending_is_canceled_at_once(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = yard.hold_back(cost_cents=PRICE)[0]
    clock.advance(5)
    task = yard.cancel(task_id)
    assert (task.status, task.completed_at) == (X, clock.now())
    assert yard.money() == (10_000, 0)


def test_what_is_queued_is_canceled_at_once_and_never_starts(yard: MemoryYard) -> None:
    task_id = yard.submit(cost_cents=PRICE)
    assert yard.cancel(task_id).status is X
    assert yard.run_all() == 0
    assert yard.steps(task_id) == [P, Q, X]
    assert yard.money() == (10_000, 0)


def test_who_runs_a_task_is_asked_to_stop(yard: MemoryYard, clock: FakeClock) -> None:
    task = yard.started(cost_cents=PRICE)
    clock.advance(5)
    asked = yard.cancel(task.id)
    assert (asked.status, asked.cancel_requested_at) == (R, clock.now())
    assert asked.updated_at == clock.now()
    assert yard.money() == (9980, 20)
    assert RunContext(yard.yard, task).canceled()
    assert dispatch.report(yard.yard, [Stopped(task)], WORKER) == {task.id}
    assert yard.status(task.id) is X
    assert yard.money() == (10_000, 0)


def test_asking_twice_does_not_give_the_holder_more_time(
    yard: MemoryYard, clock: FakeClock
) -> None:
    task = yard.started()
    first = yard.cancel(task.id)
    clock.advance(5)
    assert yard.cancel(task.id) == first


def test_what_people_hold_is_canceled_at_once(yard: MemoryYard) -> None:
    task_id = yard.submit(BY_PEOPLE, deadline_seconds=60, cost_cents=PRICE)
    assert yard.cancel(task_id).status is X
    assert yard.money() == (10_000, 0)


@pytest.mark.parametrize("end", ["completed", "failed", "canceled"])
def test_what_is_over_is_over(yard: MemoryYard, end: str) -> None:
    task = yard.started(cost_cents=PRICE)
    if end == "completed":
        yard.completes(task)
    elif end == "failed":
        yard.fails_for_good(task)
    else:
        yard.cancel(task.id)
        dispatch.report(yard.yard, [Stopped(task)], WORKER)
    before, money = yard.task(task.id), yard.money()
    with pytest.raises(Conflict, match=f"The task is {end} already"):
        yard.cancel(task.id)
    assert (yard.task(task.id), yard.money()) == (before, money)


def test_another_accounts_task_does_not_exist(yard: MemoryYard) -> None:
    stranger = yard.open_account("stranger")
    task_id = yard.submit()
    with pytest.raises(NotFound):
        dispatch.cancel(yard.yard, task_id, stranger.id, "stranger")
    assert yard.status(task_id) is Q


@pytest.mark.parametrize("task_id", [NO_ID, "42", "no id at all", ""])
def test_what_does_not_exist_cannot_be_canceled(yard: MemoryYard, task_id: str) -> None:
    with pytest.raises(NotFound):
        yard.cancel(task_id)


def test_cancel_says_who_asked(yard: MemoryYard) -> None:
    task_id = yard.submit()
    yard.cancel(task_id)
    assert yard.last_step(task_id).actor == "tests"


def test_canceled_tasks_never_start_afterwards(yard: MemoryYard, clock: FakeClock) -> None:
    ids = [*yard.submit_many(10), *yard.hold_back(10)]
    for task_id in ids:
        yard.cancel(task_id)
    clock.advance(3600)
    dispatch.release(yard.yard, PLAIN.queue)
    assert dispatch.send_lost(yard.yard) == 0
    assert yard.run_all() == 0
    assert yard.claim(*ids) == []
    assert yard.statuses() == {X: 20}
    assert all(yard.task(task_id).attempt == 0 for task_id in ids)


@pytest.mark.parametrize("waits_for", ["its time", "its turn", "a worker", "its retry", "a parent"])
def test_whatever_a_task_waits_for_it_is_canceled_at_once_and_never_starts(
    yard: MemoryYard, clock: FakeClock, waits_for: str
) -> None:
    parent = yard.submit(SOLO)
    money: dict[str, Any] = {"cost_cents": PRICE}
    if waits_for == "its time":
        task_id = yard.submit(not_before=clock.now() + timedelta(seconds=30), **money)
    elif waits_for == "its turn":
        task_id = yard.hold_back(**money)[0]
    elif waits_for == "a worker":
        task_id = yard.submit(**money)
    elif waits_for == "its retry":
        yard.fails(task := yard.started(**money))
        task_id = task.id
    else:
        task_id = yard.submit(after=(parent,), **money)
    attempt = yard.task(task_id).attempt
    assert yard.cancel(task_id).status is X
    yard.completes(*yard.claim(parent))
    clock.advance(3600)
    ReleaseDue()(yard.yard)
    assert yard.run_all() == 0
    assert yard.claim(task_id) == []
    assert (yard.status(task_id), yard.task(task_id).attempt) == (X, attempt)
    assert yard.money() == (10_000, 0)


def test_of_cancel_and_start_exactly_one_comes_first(yard: MemoryYard) -> None:
    ids = yard.submit_many(20, cost_cents=1)

    def race(thread: int) -> list[str]:
        if thread % 2:
            return [task.id for i in ids for task in yard.claim(i)]
        return [i for i in reversed(ids) if yard.cancel(i).status is X]

    canceled, started = in_threads(2, race)
    assert sorted(canceled + started) == sorted(ids)
    assert all((yard.task(i).status is X) is (i in canceled) for i in ids)
    assert all(yard.task(i).cancel_requested_at for i in started)
    yard.money()
    yard.assert_counted()
