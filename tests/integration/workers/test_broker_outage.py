"""Redis goes away and comes back: no worker exits, nothing is lost, nothing is done twice."""

from __future__ import annotations

import time
from signal import SIGTERM

import pytest

from shared.tasks.status import Status
from tests.integration.workers.conftest import NewYard
from tests.servers import ValkeyServer, eventually
from tests.working_yard import WorkingYard

RUN = ["pending", "queued", "running", "completed"]
RECONNECT_SECONDS = 30.0


class Line:
    """A yard with one worker, and the Redis between them."""

    def __init__(self, yard: WorkingYard, valkey: ValkeyServer) -> None:
        self.yard = yard
        self.valkey = valkey
        self.scheduler = yard.scheduler()
        self.worker = yard.worker(concurrency=2)

    def running(self, ids: list[str]) -> int:
        """How many of ``ids`` run."""
        return sum(task.status is Status.RUNNING for task in self.yard.tasks(ids))

    def holders(self, ids: list[str]) -> set[str]:
        """The names of the workers that run ``ids``."""
        return {(task.holder or "").partition("@")[0] for task in self.yard.tasks(ids)}

    def work_is_done_once(self, ids: list[str]) -> None:
        """Wait for ``ids``; nobody ended, and each was done at its first attempt."""
        done = self.yard.until_all(ids, seconds=RECONNECT_SECONDS)
        assert [task.attempt for task in done] == [1] * len(done)
        assert all(self.yard.steps(task_id)[-2:] == RUN[-2:] for task_id in ids)
        assert self.worker.is_alive, self.worker.log
        assert self.scheduler.is_alive, self.scheduler.log


@pytest.fixture(scope="module")
def line(new_yard: NewYard, module_valkey: ValkeyServer) -> Line:
    """The module's yard, on SQLite."""
    return Line(new_yard("sqlite", module_valkey), module_valkey)


def test_a_worker_survives_a_restart_while_it_runs_tasks_that_end_meanwhile(line: Line) -> None:
    ids = [line.yard.submit(sleep_seconds=1.0) for _ in range(6)]
    line.yard.until_all(ids[:2], Status.RUNNING, Status.COMPLETED)
    line.valkey.kill()
    line.yard.until_all(ids[:2])
    line.valkey.start()
    line.work_is_done_once(ids)


def test_a_worker_survives_a_restart_while_it_runs_tasks_that_end_afterwards(line: Line) -> None:
    ids = [line.yard.submit(sleep_seconds=4.0), line.yard.submit(sleep_seconds=1.0)]
    line.yard.until_all(ids, Status.RUNNING)
    line.valkey.stop()
    line.valkey.start()
    line.work_is_done_once(ids)
    line.work_is_done_once([line.yard.submit() for _ in range(5)])


def test_idle_workers_all_consume_again_after_a_restart(line: Line) -> None:
    others = [line.yard.worker(name=name) for name in ("two", "three")]
    line.valkey.kill()
    line.valkey.start()
    ids = [line.yard.submit(sleep_seconds=4.0) for _ in range(4)]
    eventually(lambda: line.running(ids) == 4, RECONNECT_SECONDS, "a task for every process")
    assert line.holders(ids) == {"one", "two", "three"}
    line.work_is_done_once(ids)
    for worker in others:
        worker.signal(SIGTERM)
        worker.until_ended()


def test_what_was_accepted_while_the_broker_was_down_is_done_when_it_is_back(line: Line) -> None:
    line.valkey.kill()
    begun = time.monotonic()
    ids = [line.yard.submit() for _ in range(20)]
    assert time.monotonic() - begun < 5
    line.valkey.start()
    line.work_is_done_once(ids)


def test_queued_tasks_whose_messages_were_wiped_out_are_sent_again(line: Line) -> None:
    ids = [line.yard.submit(sleep_seconds=1.0) for _ in range(5)]
    eventually(lambda: line.running(ids) == 2, what="two running tasks")
    line.valkey.flush()
    line.work_is_done_once(ids)


def test_a_broker_whose_memory_is_full_delays_work_and_loses_nothing(line: Line) -> None:
    running = [line.yard.submit(sleep_seconds=1.0) for _ in range(4)]
    eventually(lambda: line.running(running) == 2, what="two running tasks")
    line.valkey.limit_memory(1)
    ids = [line.yard.submit() for _ in range(20)]
    line.work_is_done_once(running)
    late = line.yard.worker(name="late", concurrency=1, waits=False)
    line.scheduler.until_logged("the broker takes no messages: Command # 1")
    assert Status.COMPLETED not in {task.status for task in line.yard.tasks(ids)}
    late.until_logged("Trying to reconnect")
    line.valkey.limit_memory(0)
    line.work_is_done_once(ids)
    late.until_logged(" ready.")
    assert late.is_alive
