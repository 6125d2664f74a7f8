"""Reading tasks: one, a page by keyset, and the counters."""

from __future__ import annotations

import pytest

from shared.ids import new_id
from shared.tasks import queries
from shared.tasks.insertion import insert_tasks
from shared.tasks.status import Status
from shared.tasks.task import tasks
from tests.memory_yard import ASKED, SOLO, MemoryYard
from tests.no_id import NO_ID

P, Q, C, X = Status.PENDING, Status.QUEUED, Status.COMPLETED, Status.CANCELED


def page(yard: MemoryYard, **wanted: object) -> list[str]:
    """The ids of a page."""
    with yard.store.read() as tx:
        found = queries.list_tasks(tx, yard.account.id, **wanted)  # type: ignore[arg-type]
    return [task.id for task in found]


def test_a_task_is_found_by_its_id(yard: MemoryYard) -> None:
    task_id = yard.submit(payload={"a": 1})
    with yard.store.read() as tx:
        task = queries.get_task(tx, task_id, yard.account.id)
    assert task == yard.task(task_id)


def test_a_task_is_found_by_its_number(yard: MemoryYard) -> None:
    task = yard.task(yard.submit())
    with yard.store.read() as tx:
        assert queries.find_numbered(tx, task.number) == task
        for number in (0, -1, task.number + 1, 2**63):
            assert queries.find_numbered(tx, number) is None


@pytest.mark.parametrize("task_id", [NO_ID, "1", "' OR 1=1 --", ""])
def test_an_unknown_id_finds_nothing(yard: MemoryYard, task_id: str) -> None:
    yard.submit()
    with yard.store.read() as tx:
        assert queries.get_task(tx, task_id, yard.account.id) is None


def test_another_accounts_task_is_not_found(yard: MemoryYard) -> None:
    other = yard.open_account("other")
    task_id = yard.submit()
    with yard.store.read() as tx:
        assert queries.get_task(tx, task_id, other.id) is None
        assert queries.list_tasks(tx, other.id) == []
        assert queries.counts(tx, other.id) == {}


def test_the_newest_come_first(yard: MemoryYard) -> None:
    ids = [*yard.submit_many(3), yard.submit(SOLO)]
    assert page(yard) == ids[::-1]


def test_a_page_misses_nothing_older_and_repeats_nothing_when_tasks_are_committed_late(
    postgres_yard: MemoryYard,
) -> None:
    yard = postgres_yard
    first = yard.submit()
    late = yard.draft()
    with yard.store.begin() as slow:
        insert_tasks(slow, [late], (), (), {})
        last = yard.submit()
        assert page(yard, limit=2) == [last, first]
        cursor = yard.task(last).number
    assert page(yard, before=cursor) == [late.id, first]
    assert page(yard, before=yard.task(first).number) == []
    assert page(yard) == [last, late.id, first]


def test_pages_follow_each_other_though_tasks_come_and_go(yard: MemoryYard) -> None:
    ids = yard.submit_many(10)
    seen: list[str] = []
    before = None
    while ids_of_page := page(yard, limit=3, before=before):
        seen += ids_of_page
        before = yard.task(ids_of_page[-1]).number
        yard.submit()
    assert seen == ids[::-1]


def test_a_page_may_be_of_some_statuses_a_type_or_a_project(yard: MemoryYard) -> None:
    project = new_id()
    plain = yard.submit_many(2)
    solo = yard.submit(SOLO, project_id=project)
    asked = yard.submit(ASKED, project_id=project)
    yard.cancel(plain[0])
    yard.completes(*yard.claim(solo))
    assert page(yard, statuses=[C, X]) == [solo, plain[0]]
    assert page(yard, statuses=[]) == []
    assert page(yard, type="PLAIN") == plain[::-1]
    assert page(yard, project_id=project) == [asked, solo]
    assert page(yard, project_id=project, statuses=[Q]) == [asked]
    assert page(yard, condition=tasks.c.queue == ASKED.queue) == [asked]


def test_counts_are_by_type_and_status(yard: MemoryYard) -> None:
    yard.submit_many(3)
    yard.hold_back(2, SOLO)
    yard.claim(yard.submit(ASKED, annotators="mixed"))
    yard.cancel(yard.submit())
    with yard.store.read() as tx:
        counted = queries.counts(tx, yard.account.id)
    assert counted[("PLAIN", Q)] == 3
    assert counted[("PLAIN", X)] == 1
    assert counted[("SOLO", P)] == 2
    yard.assert_counted()


def test_which_of_many_are_final(yard: MemoryYard) -> None:
    waits, stops = yard.submit_many(2)
    yard.cancel(stops)
    with yard.store.read() as tx:
        assert queries.final_among(tx, [waits, stops, new_id()]) == {stops}
        assert queries.final_among(tx, []) == set()


def test_a_history_is_in_order(yard: MemoryYard) -> None:
    task = yard.started()
    yard.fails(task)
    with yard.store.read() as tx:
        assert queries.history(tx, task.id) == [
            (None, "pending"), ("pending", "queued"), ("queued", "running"),
            ("running", "failed"), ("failed", "pending"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "ix_tasks_listing"),
        ({"type": "PLAIN"}, "ix_tasks_by_type"),
        ({"before": 5000}, "ix_tasks_listing"),
    ],
)
def test_a_page_is_read_from_an_index_in_its_order(
    sqlite_yard: MemoryYard, wanted: dict[str, object], index: str
) -> None:
    explained: list[str] = []
    with sqlite_yard.store.read() as tx:
        connection = tx.connection.connection.dbapi_connection
        assert connection is not None
        connection.set_trace_callback(explained.append)
        queries.list_tasks(tx, sqlite_yard.account.id, **wanted)  # type: ignore[arg-type]
        connection.set_trace_callback(None)
        plan = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {explained[-1]}").fetchall()
    told = " ".join(str(row) for row in plan)
    assert index in told
    assert "TEMP B-TREE" not in told
    assert "SCAN" not in told
