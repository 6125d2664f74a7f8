"""The scheduler hands out what is due; any number of schedulers do no harm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from scheduler.release_due import REST_SECONDS, ReleaseDue
from scheduler.rescue_stalled import send_lost
from shared.clock import FakeClock
from shared.db import Store
from shared.tasks import dispatch
from shared.tasks.status import Status
from shared.yard import Yard
from tests.memory_yard import PLAIN, SOLO, USES, MemoryYard, in_threads

P, Q, C = Status.PENDING, Status.QUEUED, Status.COMPLETED


def test_nothing_to_release_is_nothing_released(yard: MemoryYard) -> None:
    assert ReleaseDue()(yard.yard) == 0


def test_what_waits_for_room_is_released(yard: MemoryYard) -> None:
    ids = yard.hold_back(3) + yard.hold_back(2, SOLO)
    assert ReleaseDue()(yard.yard) == 5
    assert yard.statuses(ids) == {Q: 5}
    assert ReleaseDue()(yard.yard) == 0


def test_what_is_scheduled_is_released_at_its_time(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = yard.submit(not_before=clock.now() + timedelta(hours=2))
    clock.advance(7199)
    assert ReleaseDue()(yard.yard) == 0
    clock.advance(1)
    assert ReleaseDue()(yard.yard) == 1
    assert yard.run_all() == 1
    assert yard.task(task_id).attempt == 1


def test_a_queue_that_waits_for_mutexes_is_not_looked_at_all_the_time(
    yard: MemoryYard, clock: FakeClock
) -> None:
    for _ in range(2):
        yard.submit(USES)
    tick = ReleaseDue(clock)
    assert tick(yard.yard) == 1
    assert tick(yard.yard) == 0
    yard.run_all()

    clock.advance(REST_SECONDS / 2)
    assert tick(yard.yard) == 0
    clock.advance(REST_SECONDS / 2)
    assert tick(yard.yard) == 1


def test_a_retry_is_released_when_its_wait_is_over(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = yard.submit(payload={"fail_times": 1})
    yard.run_all()
    assert ReleaseDue()(yard.yard) == 0
    clock.advance(10)
    assert ReleaseDue()(yard.yard) == 1
    yard.run_all()
    assert (yard.status(task_id), yard.task(task_id).attempt) == (C, 2)


def test_a_small_room_serves_every_tenant_in_the_end(yard: MemoryYard) -> None:
    tenants = [yard.open_account(f"tenant{n}").id for n in range(5)]
    for tenant in tenants:
        yard.hold_back(40, SOLO, account_id=tenant)
    release_due, served = ReleaseDue(), Counter[str]()
    for _ in range(5):
        release_due(yard.yard)
        for (task_id,) in yard.sent(SOLO):
            served[yard.task(task_id).account_id] += 1
            yard.claim(task_id)
        yard.broker.queues.clear()
    assert set(served) == set(tenants)
    assert max(served.values()) - min(served.values()) <= 1


def chores(*todo: Callable[[Yard], int]) -> Callable[[Yard], int]:
    """Some chores as one."""
    return lambda yard: sum(chore(yard) for chore in todo)


def test_two_schedulers_release_every_task_once(yard: MemoryYard) -> None:
    ids = yard.hold_back(300, SOLO)
    second = Store(yard.store.url)
    yards = [yard.yard, replace(yard.yard, store=second)]
    sent: list[str] = []

    def schedule(number: int) -> int:
        released, release_due = 0, ReleaseDue()
        for _ in range(60):
            released += release_due(yards[number])
            while message := yard.broker.take(SOLO.queue):
                sent.extend(message.ids)
                yard.claim(*message.ids, holder=f"worker/{number}")
            if yard.statuses(ids)[P] == 0:
                break
        return released

    released = in_threads(2, schedule)
    second.close()
    assert sum(released) == 300
    assert sorted(sent) == sorted(ids)
    assert yard.statuses(ids) == {Status.RUNNING: 300}
    assert all(yard.task(i).attempt == 1 for i in ids[:10])
    yard.assert_counted()


def test_two_schedulers_wake_and_send_again_without_doing_it_twice(
    yard: MemoryYard, clock: FakeClock
) -> None:
    later = clock.now() + timedelta(seconds=5)
    ids = yard.submit_many(40, not_before=later)
    clock.advance(5)
    in_threads(2, lambda _: ReleaseDue()(yard.yard))
    assert sum(len(message) for message in yard.sent()) == 40
    yard.broker.queues.clear()
    clock.advance(4)
    assert sum(in_threads(2, lambda _: send_lost(yard.yard))) == 40
    assert yard.run_all() == 40
    assert yard.statuses(ids) == {C: 40}
    assert all(yard.steps(i) == ["pending", "queued", "running", "completed"] for i in ids)


def test_two_schedulers_rescue_every_lapsed_lease_once(yard: MemoryYard, clock: FakeClock) -> None:
    ids = [task.id for task in yard.claim(*yard.submit_many(60))]
    clock.advance(16)
    moved = in_threads(2, lambda _: dispatch.rescue(yard.yard) + dispatch.rescue(yard.yard))
    assert sum(moved) == 60
    assert all(yard.task(i).lost_leases == 1 for i in ids)
    yard.assert_counted()


def test_the_order_of_messages_is_the_order_of_turns(yard: MemoryYard, clock: FakeClock) -> None:
    ids = []
    for _ in range(20):
        clock.advance(1)
        ids += yard.hold_back(kind=PLAIN)
    ReleaseDue()(yard.yard)
    assert [i for message in yard.sent() for i in message] == ids
