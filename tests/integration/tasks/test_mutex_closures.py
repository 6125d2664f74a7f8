"""Nothing is handed out that needs what is closed; each such task says why."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier

from scheduler.release_due import REST_SECONDS, ReleaseDue
from shared.clock import FakeClock
from shared.tasks import dispatch, mutex
from shared.tasks.mutex import Closure
from shared.tasks.outcome import GivenBack
from shared.tasks.status import Status
from tests.integration.tasks.needing import ONE, TWO, close, closure, release, reopen, submit
from tests.memory_yard import (
    WORKER,
    MemoryYard,
    in_threads,
)

P, Q = Status.PENDING, Status.QUEUED


def test_nothing_goes_while_its_mutex_is_closed(yard: MemoryYard) -> None:
    closed, free = submit(yard, ONE, TWO), submit(yard, ONE)
    close(yard, TWO)
    assert release(yard) == 1
    assert [yard.status(i) for i in (closed, free)] == [P, Q]
    yard.completes(*yard.claim(free))
    assert release(yard) == 0
    assert reopen(yard, TWO)
    assert release(yard) == 1


def test_a_mutex_opens_by_itself_when_its_time_has_come(yard: MemoryYard, clock: FakeClock) -> None:
    submit(yard, ONE)
    close(yard, ONE, seconds=30)
    tick = ReleaseDue(clock)
    assert tick(yard.yard) == 0
    clock.advance(29.999)
    assert tick(yard.yard) == 0
    clock.advance(REST_SECONDS)
    assert tick(yard.yard) == 1


def test_of_two_closures_the_longer_one_stays(yard: MemoryYard, clock: FakeClock) -> None:
    later = clock.now() + timedelta(seconds=60)
    close(yard, ONE, "a minute", 60)
    close(yard, ONE, "a second", 1)
    assert closure(yard, ONE) == Closure(mutex=ONE, until=later, reason="a minute")
    close(yard, ONE, "another minute", 60)
    assert closure(yard, ONE) == Closure(mutex=ONE, until=later, reason="another minute")
    close(yard, ONE, "for good")
    close(yard, ONE, "a day", 86_400)
    assert closure(yard, ONE) == Closure(mutex=ONE, until=None, reason="for good")
    close(yard, ONE, "for good, too")
    assert closure(yard, ONE) == Closure(mutex=ONE, until=None, reason="for good, too")


def test_a_closure_that_is_over_is_none(yard: MemoryYard, clock: FakeClock) -> None:
    close(yard, ONE, seconds=60)
    clock.advance(60)
    assert closure(yard, ONE) is None
    assert not reopen(yard, ONE)
    close(yard, ONE, seconds=60)
    clock.advance(60)
    close(yard, ONE, "shorter than what is over", 1)
    found = closure(yard, ONE)
    assert found is not None
    assert found.reason == "shorter than what is over"


def test_what_nobody_closed_is_open(yard: MemoryYard) -> None:
    assert closure(yard, ONE) is None
    assert not reopen(yard, ONE)
    with yard.store.read() as tx:
        assert mutex.closures(tx, []) == []


def test_two_who_close_a_mutex_at_once_both_may(yard: MemoryYard) -> None:
    ready = Barrier(4)

    def act(thread: int) -> None:
        for _ in range(10):
            ready.wait(30)
            close(yard, ONE, f"thread {thread}") if thread else reopen(yard, ONE)

    in_threads(4, act)
    close(yard, ONE, "in the end")
    found = closure(yard, ONE)
    assert found is not None
    assert found.reason == "in the end"


def test_a_handler_that_gives_way_to_a_closure_leaves_a_task_that_waits_and_says_why(
    yard: MemoryYard,
) -> None:
    task_id = submit(yard, ONE)
    release(yard)
    (running,) = yard.claim(task_id)
    close(yard, ONE, "The device is offline.", 30)
    dispatch.report(yard.yard, [GivenBack(running, "The device is offline.")], WORKER)
    step, task = yard.last_step(task_id), yard.task(task_id)
    assert (task.status, task.due, task.retry_count) == (P, True, 0)
    assert (step.to_status, step.reason) == (P, "The device is offline.")
    assert release(yard) == 0
