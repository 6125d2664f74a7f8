"""Workers that leave, orderly or not: nothing they ran is lost, nothing is done twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from shared.tasks.messages import Message
from shared.tasks.status import Status
from tests.integration.workers.conftest import NewYard
from tests.process import is_running
from tests.servers import ValkeyServer, eventually
from tests.working_yard import WorkingYard


@pytest.fixture(scope="module")
def running_yard(new_yard: NewYard, module_valkey: ValkeyServer) -> WorkingYard:
    """A yard on PostgreSQL with a scheduler; each test brings its workers."""
    yard = new_yard("postgresql", module_valkey, CANCEL_GRACE_SECONDS=4)
    yard.scheduler()
    return yard


@pytest.fixture
def yard(running_yard: WorkingYard) -> Iterator[WorkingYard]:
    """The module's yard; the test's workers end with the test."""
    kept = len(running_yard.processes)
    yield running_yard
    while len(running_yard.processes) > kept:
        running_yard.processes.pop().end()


def test_what_a_killed_worker_ran_is_done_by_another_when_the_lease_is_over(
    yard: WorkingYard,
) -> None:
    first = yard.worker(concurrency=2)
    short, long = yard.submit(sleep_seconds=1), yard.submit(sleep_seconds=60)
    yard.until_all([short, long], Status.RUNNING)
    children = first.children
    first.signal(signal.SIGKILL)
    first.until_ended()
    eventually(lambda: not any(map(is_running, children)), what="the children's death")
    yard.worker(name="two", concurrency=2)
    task = yard.until(short)
    assert (task.attempt, task.lost_leases, task.deaths) == (2, 1, 0)
    assert yard.reasons(short) == ["lease lapsed"]
    assert yard.until(long, Status.RUNNING).attempt == 2
    yard.cancel(long)
    yard.until(long, Status.CANCELED)


def test_a_worker_that_is_told_to_stop_finishes_or_gives_back_what_it_runs(
    yard: WorkingYard,
) -> None:
    first = yard.worker(concurrency=2)
    short, long = yard.submit(sleep_seconds=1), yard.submit(sleep_seconds=60)
    yard.until_all([short, long], Status.RUNNING)
    waiting = [yard.submit(sleep_seconds=0.1) for _ in range(5)]
    first.signal(signal.SIGTERM)
    first.until_ended(20)
    assert yard.steps(short) == ["pending", "queued", "running", "completed"]
    left = yard.tasks([long, *waiting])
    assert {task.status for task in left} <= {Status.PENDING, Status.QUEUED}
    assert (left[0].attempt, left[0].deaths, left[0].lost_leases) == (1, 0, 0)
    assert yard.reasons(long)[0] == "worker shut down"
    yard.worker(name="two", concurrency=2)
    assert all(task.attempt == 1 for task in yard.until_all(waiting))
    assert yard.until(long, Status.RUNNING).attempt == 2
    yard.cancel(long)
    yard.until(long, Status.CANCELED)


def test_a_worker_that_stops_gives_back_a_task_whose_message_came_twice(
    yard: WorkingYard,
) -> None:
    worker = yard.worker(concurrency=2)
    long = yard.submit(sleep_seconds=60)
    yard.until(long, Status.RUNNING)
    yard.yard.broker.publish([Message("ECHO", "echo", (long,))])
    yard.until(yard.submit())  # the second message, which came before, has ended as well
    worker.signal(signal.SIGTERM)
    worker.until_ended(20)
    task = yard.tasks([long])[0]
    assert (task.deaths, task.lost_leases) == (0, 0)
    assert yard.reasons(long)[0] == "worker shut down"
    yard.cancel(long)


def test_an_idle_worker_stops_at_once(yard: WorkingYard) -> None:
    worker = yard.worker()
    yard.until(yard.submit())
    worker.signal(signal.SIGTERM)
    worker.until_ended(5)


def test_the_late_report_of_a_worker_that_was_frozen_changes_nothing(yard: WorkingYard) -> None:
    frozen = yard.worker(name="frozen")
    task_id = yard.submit(sleep_seconds=1.5, content="who")
    yard.until(task_id, Status.RUNNING)
    frozen.signal_all(signal.SIGSTOP)
    yard.worker(name="two")
    done = yard.until(task_id)
    assert done.attempt == 2
    frozen.signal_all(signal.SIGCONT)
    frozen.until_logged(f"a report came too late and changed nothing: task {task_id} attempt 1")
    assert yard.task(task_id) == done
    assert yard.steps(task_id).count("completed") == 1
    frozen.signal(signal.SIGTERM)
    frozen.until_ended()


def test_what_was_canceled_while_there_was_no_worker_never_starts(yard: WorkingYard) -> None:
    ids = [yard.submit() for _ in range(10)]
    assert all(yard.cancel(task_id).status is Status.CANCELED for task_id in ids)
    yard.worker()
    yard.until(yard.submit())  # whatever was sent before has been taken by now
    assert all(task.attempt == 0 for task in yard.tasks(ids))
    assert all(yard.steps(task_id)[-1] == "canceled" for task_id in ids)


def test_when_one_of_two_schedulers_is_killed_the_other_does_its_work(
    new_yard: NewYard, module_valkey: ValkeyServer
) -> None:
    yard = new_yard("sqlite", module_valkey)
    first, second = yard.scheduler(), yard.scheduler()
    yard.worker(concurrency=2)
    yard.until_all([yard.submit(fail_times=1) for _ in range(5)])  # nobody retries but schedulers
    first.signal(signal.SIGKILL)
    done = yard.until_all([yard.submit(fail_times=1) for _ in range(5)], seconds=10)
    assert [task.attempt for task in done] == [2] * 5
    third = yard.scheduler()
    second.signal(signal.SIGKILL)
    done = yard.until_all([yard.submit(fail_times=1) for _ in range(5)])
    assert [task.attempt for task in done] == [2] * 5
    assert third.is_alive
    yard.close()
