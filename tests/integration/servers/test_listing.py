"""A server's own tasks, page by page."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, text

from shared.clock import FakeClock
from shared.db import Store
from shared.errors import Refused
from shared.servers.listing import TaskFilter, TaskPage, keys, list_server_tasks
from shared.servers.secrets import secrets_for
from shared.servers.server import Server
from shared.settings import Settings
from shared.tasks.insertion import insert_tasks
from shared.tasks.retention import purge
from shared.tasks.status import Status
from shared.tasks.task import tasks
from tests.a_server import SERVER
from tests.fleet_yard import ENTITY, SITE, SOCIAL, FleetYard

P, Q, R, C, F, X = Status
EVERYTHING = TaskFilter(statuses=frozenset(Status))


def listed(
    fleet: FleetYard, server: Server, wanted: TaskFilter | None = None, **page: object
) -> TaskPage:
    """One page of the server's tasks."""
    asked = {"limit": 100, **page}
    with fleet.store.read() as tx:
        return list_server_tasks(tx, server, wanted or TaskFilter(), **asked)  # type: ignore[arg-type]


def ids_of(page: TaskPage) -> list[str]:
    return [task.id for task in page.tasks]


def test_a_server_sees_its_own_tasks_that_wait_in_order_of_their_making(
    fleet: FleetYard, clock: FakeClock
) -> None:
    server, other = fleet.add("mine"), fleet.add("other", services=["entity"])
    first = fleet.assigned(server, 2)
    clock.advance(1)
    second = fleet.assigned(server, 1)
    fleet.links(1, ENTITY)
    fleet.assign()
    page = listed(fleet, server, TaskFilter(services=frozenset({"social"})))
    assert ids_of(page) == [*sorted(first), *second]
    assert (page.total, page.has_more) == (3, False)
    assert all(task.server_id == other.id for task in listed(fleet, other).tasks)


def test_reading_changes_nothing(fleet: FleetYard) -> None:
    server = fleet.add()
    (task_id,) = fleet.assigned(server)
    before = fleet.task(task_id)
    listed(fleet, server)
    assert fleet.task(task_id) == before


@pytest.mark.parametrize("by_cursor", [True, False], ids=["by cursor", "by number"])
def test_pages_follow_each_other_without_gap_or_repeat(fleet: FleetYard, by_cursor: bool) -> None:
    server = fleet.add()
    expected = sorted(fleet.assigned(server, 25))
    seen: list[str] = []
    for number in (1, 2, 3):
        after = {"after": seen[-1]} if by_cursor and seen else {"page": number}
        page = listed(fleet, server, limit=10, **after)
        assert page.total == 25
        assert page.has_more is (number < 3)
        seen += ids_of(page)
    assert seen == expected
    assert listed(fleet, server, limit=10, page=4).tasks == []


def test_an_older_task_that_came_while_the_server_read_is_found_by_the_next_round(
    postgres_store: Store, settings: Settings
) -> None:
    fleet = FleetYard(postgres_store, settings)
    server = fleet.add()
    link = {"dialect": "servers", "payload": {**SITE, "password": ""}}
    older, newer = (fleet.draft(SOCIAL, **link) for _ in range(2))
    with fleet.store.begin() as slow:
        insert_tasks(slow, [older], (), (), {})
        with fleet.store.begin() as quick:
            insert_tasks(quick, [newer], (), (), {})
        assert fleet.assign() == 1
        assert ids_of(listed(fleet, server)) == [newer.id]
    assert fleet.assign() == 1
    assert ids_of(listed(fleet, server, after=newer.id)) == []
    assert ids_of(listed(fleet, server)) == [older.id, newer.id]


def test_statuses_and_services_filter(fleet: FleetYard) -> None:
    server = fleet.add()
    running = fleet.claimed(server)
    done = fleet.claimed(server, kind=ENTITY)
    fleet.report(server, done.id, "completed")
    (queued,) = fleet.assigned(server)
    assert ids_of(listed(fleet, server, TaskFilter(frozenset({R})))) == [running.id]
    assert ids_of(listed(fleet, server, TaskFilter(frozenset({C})))) == [done.id]
    entity = TaskFilter(frozenset(Status), frozenset({"entity"}))
    assert ids_of(listed(fleet, server, entity)) == [done.id]
    everything = listed(fleet, server, EVERYTHING)
    assert (set(ids_of(everything)), everything.total) == ({running.id, done.id, queued}, 3)


def test_totals_count_what_is_over_as_well(fleet: FleetYard, clock: FakeClock) -> None:
    server = fleet.add()
    fleet.links(6)
    tasks_ = fleet.server_claims(server)
    for task, status in zip(tasks_, ["completed"] * 3 + ["failed"] * 2 + ["canceled"], strict=True):
        fleet.report(server, task.id, status, retryable=False)
    for status, count in ((C, 3), (F, 2), (X, 1)):
        assert listed(fleet, server, TaskFilter(frozenset({status}))).total == count
    fleet.restart(tasks_[3].id)
    assert listed(fleet, server, TaskFilter(frozenset({F}))).total == 1
    clock.advance(40 * 86_400)
    with fleet.store.begin() as tx:
        purge(tx, 30)
    assert listed(fleet, server, TaskFilter(frozenset({C, F, X}))).total == 0


def test_after_a_task_that_is_gone_the_page_goes_on(fleet: FleetYard, clock: FakeClock) -> None:
    server = fleet.add()
    first = fleet.assigned(server, 3)
    clock.advance(1)
    later = fleet.assigned(server, 3)
    with fleet.store.begin() as tx:
        tx.execute(delete(tasks).where(tasks.c.id == first[-1]))
    found = ids_of(listed(fleet, server, after=first[-1]))
    assert found[-3:] == sorted(later)


@pytest.mark.parametrize("after", ["12", "x", "00000000-0000-4000-8000-000000000000"])
def test_what_is_no_id_of_a_task_is_refused_as_after(fleet: FleetYard, after: str) -> None:
    with pytest.raises(Refused, match="after: must be the id"):
        listed(fleet, fleet.add(), after=after)


def test_another_servers_task_tells_nothing_as_after(fleet: FleetYard, clock: FakeClock) -> None:
    mine, other = fleet.add("mine", services=["social"]), fleet.add("other", services=["entity"])
    ours = fleet.assigned(mine, kind=SOCIAL)
    theirs = fleet.claimed(other, kind=ENTITY)
    clock.advance(1)
    later = fleet.assigned(mine, kind=SOCIAL)
    assert ids_of(listed(fleet, mine, after=theirs.id))[-1:] == later
    assert ids_of(listed(fleet, mine)) == [*ours, *later]


def test_a_pages_cost_does_not_grow_with_what_is_over(sqlite_store: Store) -> None:
    """Every part of the page's query is answered from the index of servers' tasks."""
    query = keys(SERVER, EVERYTHING, None, 101).limit(101)
    with sqlite_store.read() as tx:
        compiled = query.compile(tx.connection, compile_kwargs={"literal_binds": True})
        plan = [row.detail for row in tx.rows(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    read = [line for line in plan if "tasks" in line]
    assert len(read) == len(Status) * 6
    assert all("ix_tasks_of_servers" in line for line in read)


def test_secrets_are_shown_to_the_tasks_own_server_while_it_lives(fleet: FleetYard) -> None:
    server, other = fleet.add("mine"), fleet.add("other")
    task = fleet.claimed(server)
    assert secrets_for(fleet.yard, server, [task]) == {task.id: {"password": "open sesame"}}
    assert secrets_for(fleet.yard, other, [task]) == {}
    fleet.report(server, task.id, "failed", retryable=False)
    assert secrets_for(fleet.yard, server, [fleet.task(task.id)]) == {}
