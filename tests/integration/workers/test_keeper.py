"""The parent's side of leases, without the parent: what it extends, settles and gives back."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from shared.db import Store
from shared.settings import Settings, read_settings
from shared.tasks.loss import Cause
from shared.tasks.status import Status
from shared.tasks.task import Task
from tests.conftest import SECRET_KEY
from tests.memory_yard import MemoryYard
from tests.servers import eventually
from workers.forks import Forks
from workers.keeper import Keeper, Loss, Running
from workers.process import Worker


class Kept:
    """A keeper that works for a yard, and the messages that it believes to be running."""

    def __init__(self, yard: MemoryYard, database_url: str) -> None:
        environ = {
            "TASKYARD_SECRET_KEY": SECRET_KEY,
            "TASKYARD_DATABASE_URL": database_url,
            "TASKYARD_LEASE_SECONDS": "0.5",
        }
        self.yard = yard
        self.worker = Worker(read_settings(environ), name="tests")
        self.messages: list[Running] = []
        self.keeper = Keeper(self.worker, self._running)
        self.fails = False
        self.failures = 0
        self.keeper.start()

    def started(self) -> Task:
        """A task that the worker runs."""
        (task,) = self.yard.claim(self.yard.submit(), holder=self.worker.holder)
        return task

    def _running(self) -> list[Running]:
        if self.fails:
            self.failures += 1
            raise RuntimeError("as asked")
        return self.messages


@pytest.fixture
def kept(store: Store, settings: Settings) -> Iterator[Kept]:
    """A keeper on each kind of store."""
    made = Kept(MemoryYard(store, settings), store.url)
    yield made
    made.keeper.stop()


def lease_moves(kept: Kept, task: Task) -> Callable[[], bool]:
    """Whether the task's lease was extended since now."""
    before = kept.yard.task(task.id).lease_expires_at
    return lambda: kept.yard.task(task.id).lease_expires_at != before


def test_it_extends_the_leases_of_what_runs(kept: Kept) -> None:
    mine, gone = kept.started(), kept.started()
    kept.messages = [Running((mine.id,), None)]
    is_gone_extended = lease_moves(kept, gone)
    for _ in range(2):
        eventually(lease_moves(kept, mine))
    assert not is_gone_extended()


def test_it_goes_on_after_something_went_wrong(kept: Kept) -> None:
    task = kept.started()
    kept.messages = [Running((task.id,), None)]
    kept.fails = True
    is_extended = lease_moves(kept, task)
    eventually(lambda: kept.failures >= 2)
    assert not is_extended()
    kept.fails = False
    eventually(is_extended)


def test_a_lost_task_is_settled_at_once(kept: Kept) -> None:
    task = kept.started()
    kept.keeper.lost([task.id], Cause.WORKER_DIED)
    eventually(lambda: kept.yard.status(task.id) is Status.PENDING)
    assert kept.yard.task(task.id).deaths == 1


def test_late_news_of_a_death_spare_what_was_started_since(kept: Kept) -> None:
    alive, dead = kept.started(), kept.started()
    assert alive.started_at is not None
    early = alive.started_at - timedelta(seconds=1)
    kept.keeper._losses.put(Loss((alive.id,), Cause.WORKER_DIED, early))
    kept.keeper.lost([dead.id], Cause.WORKER_DIED)
    eventually(lambda: kept.yard.status(dead.id) is Status.PENDING)
    assert kept.yard.status(alive.id) is Status.RUNNING


def test_losses_while_the_worker_stops_are_no_deaths(kept: Kept) -> None:
    task = kept.started()
    kept.keeper.is_stopping = True
    kept.keeper.lost([task.id], Cause.WORKER_DIED)
    eventually(lambda: kept.yard.status(task.id) is Status.PENDING)
    assert kept.yard.task(task.id).deaths == 0


def test_finishing_takes_no_longer_than_what_is_held(kept: Kept) -> None:
    begun = time.monotonic()
    kept.keeper.finish(30)
    assert time.monotonic() - begun < 5


def test_finishing_waits_for_what_is_held_but_not_for_ever(kept: Kept) -> None:
    task = kept.started()
    begun = time.monotonic()
    kept.keeper.finish(0.5)
    assert time.monotonic() - begun >= 0.5
    assert kept.yard.status(task.id) is Status.RUNNING


def test_what_is_still_held_at_the_end_is_given_back(kept: Kept) -> None:
    task = kept.started()
    kept.keeper.stop()
    row = kept.yard.task(task.id)
    assert (row.status, row.deaths, row.lost_leases) == (Status.PENDING, 0, 0)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_nobody_is_forked_while_the_store_is_used() -> None:
    forks = Forks()
    is_over = threading.Event()

    def fork() -> None:
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        is_over.set()

    with forks:
        threading.Thread(target=fork).start()
        assert not is_over.wait(0.2)
    assert is_over.wait(10)
    with forks:
        pass
