"""Who goes first of many that need mutexes: tenants in turn, whoever else is at work."""

from __future__ import annotations

import re
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import select

from shared.db import Store
from shared.rows import encode_rows
from shared.tasks import dispatch, mutex, mutex_line
from shared.tasks.mutex import task_mutexes
from shared.tasks.room import Rooms
from shared.tasks.status import Status
from shared.tasks.task import tasks
from shared.tasks.task_type import TaskType
from tests.integration.tasks.needing import ONE, TWO, close, release, reopen, submit
from tests.memory_yard import (
    USES,
    USES_ELSEWHERE,
    MemoryYard,
    in_threads,
)

P, Q, R = Status.PENDING, Status.QUEUED, Status.RUNNING
C, X = Status.COMPLETED, Status.CANCELED


def test_tenants_take_turns_whatever_one_of_them_has_in_line(yard: MemoryYard) -> None:
    other = yard.open_account("other").id
    kind = USES_ELSEWHERE
    noisy = [submit(yard, f"device/{n}", kind=kind) for n in range(8)]
    quiet = [submit(yard, f"other/{n}", kind=kind, account_id=other) for n in range(2)]
    assert release(yard, kind) == 4
    assert yard.statuses(noisy) == {Q: 2, P: 6}
    assert yard.statuses(quiet) == {Q: 2}


def test_tenants_who_are_held_up_take_nobodys_place(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.tasks.choice.MOST_TENANTS", 2)
    for n in range(5):
        submit(yard, f"device/closed-{n}", account_id=yard.open_account(f"other{n}").id)
        close(yard, f"device/closed-{n}")
    wanted = [submit(yard, f"device/{n}") for n in range(4)]
    assert release(yard) == 4
    assert yard.statuses(wanted) == {Q: 4}
    assert release(yard) == 0


def test_more_lines_than_are_looked_at_at_once_are_passed_in_time(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutex_line, "MOST_LINES", 2)
    for n in range(5):
        submit(yard, f"device/{n}")
        close(yard, f"device/{n}")
    reopen(yard, "device/4")
    rooms = Rooms()
    released = [dispatch.release(yard.yard, USES.queue, rooms) for _ in range(4)]
    assert sum(released) == 1
    reopen(yard, "device/0")
    assert sum(dispatch.release(yard.yard, USES.queue, rooms) for _ in range(4)) == 1


@pytest.mark.parametrize("kind", [USES, USES_ELSEWHERE])
def test_two_schedulers_never_hand_out_two_of_a_mutex(yard: MemoryYard, kind: TaskType) -> None:
    ids = [submit(yard, f"device/{n % 3}", kind=k) for n in range(9) for k in (USES, kind)]
    second = Store(yard.store.url)
    yards = [yard.yard, replace(yard.yard, store=second)]
    most: list[int] = []
    ready = Barrier(2)

    def schedule(number: int) -> None:
        for _ in range(12):
            ready.wait(30)
            for queue in (USES.queue, kind.queue):
                dispatch.release(yards[number], queue)
            if ready.wait(30) == 0:
                found = in_flight(yard)
                most.append(max(found.count(name) for name in found))
                yard.completes(*yard.claim(*ids)[:2])

    in_threads(2, schedule)
    second.close()
    assert max(most) == 1
    assert yard.statuses()[C] > 9


def in_flight(yard: MemoryYard) -> list[str]:
    """The mutexes of what is handed out or runs, each as often as somebody has it."""
    query = select(task_mutexes.c.mutex).join(tasks, tasks.c.id == task_mutexes.c.task_id)
    with yard.store.read() as tx:
        rows = tx.rows(query.where(tasks.c.status.in_([Q.value, R.value])))
        found = [row.mutex for row in rows]
        assert sorted(found) == sorted(one.mutex for one in mutex.busy(tx))
    return found


def test_a_task_that_is_canceled_while_it_is_handed_out_keeps_nobody_up(yard: MemoryYard) -> None:
    ids = [submit(yard, ONE) for _ in range(20)]
    ready = Barrier(2)

    def race(thread: int) -> None:
        for task_id in ids[:-1]:
            ready.wait(30)
            yard.cancel(task_id) if thread else release(yard)

    in_threads(2, race)
    assert yard.statuses(ids[:-1]) == {X: 19}
    release(yard)
    assert yard.status(ids[-1]) is Q
    yard.assert_counted()


def test_who_holds_a_row_does_not_hold_up_the_scheduler(yard: MemoryYard) -> None:
    if yard.store.dialect == "sqlite":
        return  # one writes at a time there
    locked, other = submit(yard, ONE), submit(yard, TWO)
    with yard.store.begin() as tx:
        tx.rows(select(tasks).where(tasks.c.id == locked).with_for_update())
        assert release(yard) == 1
    assert [yard.status(i) for i in (locked, other)] == [P, Q]
    assert release(yard) == 1


def test_ten_thousand_that_wait_for_a_device_cost_no_more_than_one(
    yard: MemoryYard,
) -> None:
    """The lines are found by their own index, whatever the statistics say."""
    drafts = [yard.draft(USES) for _ in range(3000)]
    dispatch.submit(yard.yard, drafts)
    other = submit(yard, TWO)
    if yard.store.dialect == "postgresql":
        with yard.store.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE tasks")
            connection.commit()
    plan = plan_of_walk(yard)
    assert set(re.findall(r"ix_\w+|Seq Scan on tasks|SCAN tasks", plan)) == {"ix_tasks_lines"}
    assert release(yard) == 2
    assert yard.status(other) is Q


def plan_of_walk(yard: MemoryYard) -> str:
    """How the store looks for the lines of the first account."""
    asked = {"type": USES.name, "account_id": yard.account.id, "mutexes": ""}
    walk = mutex_line._walk(yard.store.dialect)
    with yard.store.begin() as tx:
        compiled = walk.compile(dialect=tx.connection.dialect)
        given = {**compiled.params, "rows": encode_rows([asked]), "queue": "uses", "most": 1000}
        if tx.dialect == "postgresql":
            rows = tx.connection.exec_driver_sql(f"EXPLAIN {compiled}", given)
        else:
            order = tuple(given[name] for name in compiled.positiontup or ())
            rows = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", order)
        return "\n".join(str(row[-1]) for row in rows)


def test_accounts_that_name_the_same_mutex_share_it(yard: MemoryYard) -> None:
    ids = [submit(yard, ONE), submit(yard, ONE, account_id=yard.open_account("other").id)]
    assert [release(yard), release(yard)] == [1, 0]
    assert yard.status(ids[0]) is Q
