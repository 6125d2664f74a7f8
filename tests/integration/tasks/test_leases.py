"""Whoever runs a task holds it only as long as it says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import update

from shared.accounts.account import accounts
from shared.clock import FakeClock
from shared.errors import Unavailable
from shared.tasks import dispatch, leases
from shared.tasks.loss import MAX_DEATHS, MAX_LOST_LEASES, Cause
from shared.tasks.status import Status
from shared.tasks.task import Task
from tests.memory_yard import BY_PEOPLE, PLAIN, PRICE, WORKER, MemoryYard

P, R, F, X = Status.PENDING, Status.RUNNING, Status.FAILED, Status.CANCELED
LEASE = 15.0


def extend(yard: MemoryYard, ids: Sequence[str], holder: str = WORKER) -> set[str]:
    """Extend the leases; the ids that are still the holder's."""
    return {extended.task_id for extended in dispatch.extend(yard.yard, ids, holder)}


def started_again(yard: MemoryYard, task_id: str) -> Task:
    """The task handed out and started once more."""
    dispatch.release(yard.yard, PLAIN.queue)
    return yard.claim(task_id)[0]


def test_a_lease_is_extended_from_now(yard: MemoryYard, clock: FakeClock) -> None:
    task = yard.started()
    clock.advance(10)
    assert extend(yard, [task.id]) == {task.id}
    assert yard.task(task.id).lease_expires_at == clock.now() + timedelta(seconds=LEASE)


def test_extending_is_no_change_that_anybody_waits_for(yard: MemoryYard, clock: FakeClock) -> None:
    task = yard.started()
    clock.advance(10)
    extend(yard, [task.id])
    assert yard.task(task.id).updated_at == task.updated_at
    assert yard.steps(task.id) == ["pending", "queued", "running"]


def test_only_the_holder_extends_and_only_what_runs(yard: MemoryYard) -> None:
    mine, done = yard.claim(*yard.submit_many(2))
    waits = yard.submit()
    yard.completes(done)
    assert extend(yard, [mine.id, done.id, waits], "worker/2") == set()
    assert extend(yard, [mine.id, done.id, waits]) == {mine.id}
    assert extend(yard, []) == set()


def test_the_holder_learns_that_it_should_stop(yard: MemoryYard, clock: FakeClock) -> None:
    stopped, other = yard.claim(*yard.submit_many(2))
    yard.cancel(stopped.id)
    told = dispatch.extend(yard.yard, [stopped.id, other.id], WORKER)
    assert {e.task_id: e.cancel_requested_at for e in told} == {
        stopped.id: clock.now(), other.id: None
    }  # fmt: skip


def test_a_lease_that_has_not_lapsed_is_left_alone(yard: MemoryYard, clock: FakeClock) -> None:
    task = yard.started()
    clock.advance(LEASE)
    assert dispatch.rescue(yard.yard) == 0
    assert yard.status(task.id) is R


def test_a_lapsed_lease_sends_the_task_back(yard: MemoryYard, clock: FakeClock) -> None:
    task = yard.started(cost_cents=PRICE)
    clock.advance(LEASE + 0.001)
    assert dispatch.rescue(yard.yard) == 1
    row = yard.task(task.id)
    assert (row.status, row.lost_leases, row.attempt, row.retry_count) == (P, 1, 1, 0)
    assert (row.holder, row.lease_expires_at, row.due) == (None, None, True)
    assert yard.last_step(task.id).reason == "lease lapsed"
    assert yard.money() == (9980, 20)


def test_a_lease_that_was_extended_does_not_lapse(yard: MemoryYard, clock: FakeClock) -> None:
    task = yard.started()
    for _ in range(10):
        clock.advance(LEASE * 0.9)
        extend(yard, [task.id])
        assert dispatch.rescue(yard.yard) == 0
    assert yard.task(task.id).attempt == 1


def test_the_report_of_a_holder_that_lost_its_lease_is_refused(
    yard: MemoryYard, clock: FakeClock
) -> None:
    first = yard.started()
    clock.advance(LEASE + 1)
    dispatch.rescue(yard.yard)
    assert yard.completes(first) == set()
    second = started_again(yard, first.id)
    assert yard.completes(first) == set()
    assert extend(yard, [first.id]) == {first.id}
    assert yard.completes(second) == {second.id}


def test_a_holder_that_only_slept_may_still_report(yard: MemoryYard, clock: FakeClock) -> None:
    task = yard.started()
    clock.advance(LEASE + 1)
    assert yard.completes(task) == {task.id}
    assert dispatch.rescue(yard.yard) == 0


def test_one_lease_is_prolonged_by_next_to_nothing_to_see_whether_it_can_be(
    yard: MemoryYard,
) -> None:
    yard.store.transact(leases.prolong_one)
    task = yard.started()
    yard.submit(BY_PEOPLE, deadline_seconds=60)
    for _ in range(3):
        yard.store.transact(leases.prolong_one)
    told = yard.task(task.id).lease_expires_at
    assert told is not None and task.lease_expires_at is not None  # noqa: PT018
    assert told - task.lease_expires_at == timedelta(microseconds=3)


def test_leases_are_renewed_for_everybody_who_has_less(yard: MemoryYard, clock: FakeClock) -> None:
    old, lapsed = yard.started(), yard.started()
    people = yard.task(yard.submit(BY_PEOPLE, deadline_seconds=5))
    clock.advance(LEASE + 1)
    new = yard.started()
    assert yard.store.transact(lambda tx: leases.renew_all(tx, LEASE)) == 2
    until = clock.now() + timedelta(seconds=LEASE)
    assert [yard.task(task.id).lease_expires_at for task in (old, lapsed, new)] == [until] * 3
    assert yard.task(people.id) == people


def test_people_are_not_rescued_from(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = yard.submit(BY_PEOPLE, deadline_seconds=60)
    clock.advance(3600)
    assert dispatch.rescue(yard.yard) == 0
    assert yard.status(task_id) is R


def test_the_tenth_lost_lease_is_the_last(yard: MemoryYard, clock: FakeClock) -> None:
    task = yard.started(cost_cents=PRICE)
    for lost in range(1, MAX_LOST_LEASES + 1):
        clock.advance(LEASE + 1)
        assert dispatch.rescue(yard.yard) == 1
        if lost < MAX_LOST_LEASES:
            assert yard.task(task.id).lost_leases == lost
            task = started_again(yard, task.id)
    row = yard.task(task.id)
    assert (row.status, row.attempt, row.retry_count) == (F, MAX_LOST_LEASES, 0)
    assert (row.error or {})["code"] == "LEASE_LOST"
    assert yard.money() == (10_000, 0)


def test_three_deaths_alone_are_poison(yard: MemoryYard) -> None:
    task = yard.started()
    for death in range(1, MAX_DEATHS + 1):
        assert dispatch.lose(yard.yard, WORKER, Cause.WORKER_DIED, [task.id], actor=WORKER) == 1
        if death < MAX_DEATHS:
            assert (yard.task(task.id).deaths, yard.task(task.id).lost_leases) == (death, 0)
            task = started_again(yard, task.id)
    row = yard.task(task.id)
    assert row.status is F
    assert (row.error or {})["code"] == "POISON"


def test_a_death_in_company_counts_for_nobody_and_makes_each_run_alone(yard: MemoryYard) -> None:
    running = yard.claim(*yard.submit_many(4))
    yard.broker.queues.clear()
    ids = [task.id for task in running]
    assert dispatch.lose(yard.yard, WORKER, Cause.WORKER_DIED, ids, actor=WORKER) == 4
    assert all(yard.task(i).deaths == 0 and yard.task(i).solo for i in ids)
    dispatch.release(yard.yard, PLAIN.queue)
    assert sorted(yard.sent()) == sorted((i,) for i in ids)


def test_what_had_been_reported_before_the_death_stays(yard: MemoryYard) -> None:
    done, lost = yard.claim(*yard.submit_many(2))
    yard.completes(done)
    ids = [done.id, lost.id]
    assert dispatch.lose(yard.yard, WORKER, Cause.WORKER_DIED, ids, actor=WORKER) == 1
    assert yard.status(done.id) is Status.COMPLETED


def test_a_worker_that_shuts_down_gives_back_everything_it_holds(yard: MemoryYard) -> None:
    yard.claim(*yard.submit_many(3))
    other = yard.claim(yard.submit(), holder="worker/10")[0]
    assert dispatch.lose(yard.yard, "worker/10", Cause.SHUTDOWN, actor="worker/10") == 1
    assert yard.task(other.id).lost_leases == yard.task(other.id).deaths == 0
    assert yard.statuses() == {R: 3, P: 1}


def test_a_workers_new_life_takes_back_what_its_old_ones_held(yard: MemoryYard) -> None:
    for holder in ("one/a", "one/b", "one_/c", "onetwo/d"):
        yard.claim(yard.submit(), holder=holder)
    assert dispatch.lose(yard.yard, "one/", Cause.WORKER_DIED, actor="one/e") == 2
    assert dispatch.lose(yard.yard, "one_/", Cause.WORKER_DIED, actor="one_/e") == 1


def test_a_worker_that_holds_nothing_holds_nothing(yard: MemoryYard) -> None:
    task = yard.started()
    with yard.store.read() as tx:
        assert leases.is_holding(tx, WORKER)
        assert not leases.is_holding(tx, "worker")
    yard.completes(task)
    with yard.store.read() as tx:
        assert not leases.is_holding(tx, WORKER)


@pytest.mark.parametrize("cause", Cause)
def test_what_was_to_be_canceled_is_canceled_when_its_holder_is_gone(
    yard: MemoryYard, cause: Cause
) -> None:
    task = yard.started(cost_cents=PRICE)
    yard.cancel(task.id)
    assert dispatch.lose(yard.yard, WORKER, cause, [task.id], actor=WORKER) == 1
    assert yard.status(task.id) is X
    assert yard.money() == (10_000, 0)
    yard.assert_counted()


def test_late_news_of_a_death_leaves_what_was_started_since(
    yard: MemoryYard, clock: FakeClock
) -> None:
    old, new = yard.submit_many(2)
    yard.claim(old)
    died_at = clock.now()
    clock.advance(1)
    yard.claim(new)
    lost = dispatch.lose(
        yard.yard, WORKER, Cause.WORKER_DIED, [old, new], actor=WORKER, started_by=died_at
    )
    assert lost == 1
    assert (yard.status(old), yard.status(new)) == (P, R)


def test_a_task_that_cannot_be_rescued_does_not_keep_the_others(
    yard: MemoryYard, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    broken = yard.started(cost_cents=PRICE)
    healthy = yard.claim(*yard.submit_many(3))
    yard.cancel(broken.id)
    with yard.store.begin() as tx:
        tx.execute(update(accounts).values(held_cents=0))
    clock.advance(LEASE + 1)
    assert dispatch.rescue(yard.yard) == 3
    assert yard.status(broken.id) is R
    assert yard.statuses(task.id for task in healthy) == {P: 3}
    assert f"task {broken.id} cannot be moved" in caplog.text


@pytest.mark.parametrize("errors", [["away"], ["defect", "away"]])
def test_a_store_that_is_away_is_not_the_tasks_fault(
    yard: MemoryYard, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, errors: list[str]
) -> None:
    task = yard.started()
    clock.advance(LEASE + 1)

    def lose(*_: object, **__: object) -> int:
        if len(errors) > 1:
            raise ZeroDivisionError(errors.pop(0))
        raise Unavailable("away", outcome_unknown=True)

    monkeypatch.setattr(leases, "lose", lose)
    with pytest.raises(Unavailable):
        dispatch.rescue(yard.yard)
    assert yard.status(task.id) is R


def test_many_fates_are_decided_in_one_rescue(yard: MemoryYard, clock: FakeClock) -> None:
    tired, fresh, stopped = yard.claim(*yard.submit_many(3))
    for _ in range(MAX_LOST_LEASES - 1):
        clock.advance(LEASE + 1)
        extend(yard, [fresh.id, stopped.id])
        dispatch.rescue(yard.yard)
        started_again(yard, tired.id)
    yard.cancel(stopped.id)
    clock.advance(LEASE + 1)
    assert dispatch.rescue(yard.yard) == 3
    assert [yard.status(t.id) for t in (tired, fresh, stopped)] == [F, P, X]
    yard.assert_counted()
