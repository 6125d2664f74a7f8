"""The store goes away and comes back: results are kept until it takes them, nobody exits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.db import Store
from shared.tasks.status import Status
from tests.integration.workers.conftest import NewYard
from tests.servers import PostgresServer, ValkeyServer, eventually
from tests.tables import make_tables
from tests.working_yard import LEASE_SECONDS

RUN = ["pending", "queued", "running", "completed"]


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of the test's own, to stop and start."""
    server = PostgresServer()
    store = Store(server.url())
    make_tables(store)
    store.close()
    yield server
    server.remove()


def test_a_result_waits_in_the_worker_until_postgresql_is_back(
    new_yard: NewYard, module_valkey: ValkeyServer, own_postgres: PostgresServer
) -> None:
    yard = new_yard(own_postgres.url(), module_valkey)
    scheduler, worker = yard.scheduler(), yard.worker(concurrency=2)
    short, long = yard.submit(sleep_seconds=1), yard.submit(sleep_seconds=LEASE_SECONDS + 4)
    yard.until_all([short, long], Status.RUNNING)
    own_postgres.stop()
    worker.until_logged("Trying again in 0.8 s")
    own_postgres.start()
    for task in yard.until_all([short, long]):
        assert (task.attempt, task.lost_leases) == (1, 0)
        assert yard.steps(task.id) == RUN
    assert worker.is_alive
    assert scheduler.is_alive


def test_a_locked_sqlite_file_delays_work_and_loses_nothing(
    new_yard: NewYard, module_valkey: ValkeyServer
) -> None:
    yard = new_yard("sqlite", module_valkey)
    scheduler, worker = yard.scheduler(), yard.worker(concurrency=2)
    task_id = yard.submit(sleep_seconds=1)
    yard.until(task_id, Status.RUNNING)
    with yard.store.begin() as tx:
        locked_until = tx.now.timestamp() + LEASE_SECONDS + 1
        eventually(lambda: yard.store.now().timestamp() > locked_until)
    task = yard.until(task_id)
    assert (task.attempt, task.lost_leases) == (1, 0)
    assert worker.is_alive
    assert scheduler.is_alive
