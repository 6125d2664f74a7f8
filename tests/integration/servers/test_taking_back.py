"""What is queued at a server is taken back beside those who report, at the cost of that alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import event, select, text, update

from scheduler.assign_servers import LoseSilent
from shared.clock import FakeClock
from shared.db import Store
from shared.errors import Unavailable
from shared.servers import silence
from shared.servers.silence import take_back
from shared.settings import Settings
from shared.tasks import control
from shared.tasks.handout import DISPATCH
from shared.tasks.status import Status
from shared.tasks.task import tasks
from tests.fleet_yard import FleetYard
from tests.servers import PostgresServer, eventually

P, Q = Status.PENDING, Status.QUEUED


@pytest.fixture
def fleet_on_postgres(postgres_store: Store, settings: Settings) -> FleetYard:
    """A yard on PostgreSQL, for what SQLite has no part in."""
    return FleetYard(postgres_store, settings)


@pytest.fixture
def asked(sqlite_store: Store) -> Iterator[list[tuple[str, object]]]:
    """What the store is asked, and with which values."""
    found: list[tuple[str, object]] = []

    def note(_one: object, _two: object, statement: str, values: object, *_more: object) -> None:
        found.append((statement, values))

    event.listen(sqlite_store.engine, "before_cursor_execute", note)
    yield found
    event.remove(sqlite_store.engine, "before_cursor_execute", note)


def test_tasks_are_taken_back_in_the_order_in_which_reports_lock_theirs(
    fleet_on_postgres: FleetYard,
) -> None:
    fleet = fleet_on_postgres
    server = fleet.add()
    first, last = sorted(fleet.assigned(server, 2))
    with fleet.store.begin() as tx:  # the first is written anew, behind the last
        tx.execute(update(tasks).where(tasks.c.id == first).values(updated_at=tx.now))

    def work() -> None:
        with fleet.store.begin() as tx:
            take_back(tx, server, "asked", actor="tests")

    taking = Thread(target=work)
    with fleet.store.begin() as tx:
        lock = select(tasks.c.id).with_for_update(nowait=True)
        tx.execute(lock.where(tasks.c.id == first))
        taking.start()
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        eventually(lambda: tx.execute(text(waits)).scalar_one() == 1, what="the wait")
        tx.execute(lock.where(tasks.c.id == last))
    taking.join()
    assert fleet.statuses([first, last]) == {P: 2}


def test_taking_back_looks_at_nothing_but_what_is_queued_there(
    sqlite_fleet: FleetYard, asked: list[tuple[str, object]]
) -> None:
    server = sqlite_fleet.add()
    sqlite_fleet.assigned(server)
    asked.clear()
    with sqlite_fleet.store.begin() as tx:
        assert take_back(tx, server, "asked", actor="tests") == 1
        statement, values = next(one for one in asked if "server_id = " in one[0])
        plan = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        assert [row.detail for row in plan if "ix_tasks_queued (server_id=?" in row.detail]


def test_without_a_pause_nobody_looks_for_what_is_queued_beside_one(
    sqlite_fleet: FleetYard, asked: list[tuple[str, object]]
) -> None:
    sqlite_fleet.assigned(sqlite_fleet.add())
    asked.clear()
    assert control.keep_paused(sqlite_fleet.yard) == 0
    assert not [one for one, _ in asked if "tasks" in one]


def test_a_store_that_takes_nothing_in_makes_nobody_silent(
    postgres_server: PostgresServer,
    clock: FakeClock,
    fleet_on_postgres: FleetYard,
) -> None:
    fleet, lose = fleet_on_postgres, LoseSilent(clock)
    server = fleet.add()
    (task_id,) = fleet.assigned(server)
    lose(fleet.yard)
    postgres_server.set_read_only(fleet.store.url, is_on=True)
    for _ in range(20):
        clock.advance(9)
        with suppress(Unavailable):
            lose(fleet.yard)
        with pytest.raises(Unavailable):
            fleet.calls(server)
    postgres_server.set_read_only(fleet.store.url, is_on=False)
    with suppress(Unavailable):  # by a connection from before
        lose(fleet.yard)
    assert lose(fleet.yard) == 0
    assert fleet.status(task_id) is Q


def test_who_called_meanwhile_keeps_what_it_has(fleet: FleetYard, clock: FakeClock) -> None:
    """The look at silent servers and the call of one of them met."""
    server = fleet.add()
    (task_id,) = fleet.assigned(server)
    clock.advance(121)
    with fleet.store.read() as tx:
        fleet.calls(server)
        assert silence.settle(fleet.yard, server, tx.now - timedelta(days=1)) == 0
    assert fleet.status(task_id) is Q


def test_while_somebody_else_hands_out_nothing_is_assigned(fleet_on_postgres: FleetYard) -> None:
    fleet = fleet_on_postgres
    server = fleet.add()
    (assigned,) = fleet.assigned(server)
    fleet.links(2)
    with fleet.store.begin() as tx:
        tx.lock(DISPATCH)
        assert fleet.assign() == 0
        assert [task.id for task in fleet.server_claims(server)] == [assigned]
    assert fleet.assign() == 2
