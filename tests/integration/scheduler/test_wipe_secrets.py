"""Secret fields of failed tasks are wiped after a week, and not a moment before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.wipe_secrets import WipeSecrets
from shared.clock import FakeClock
from shared.errors import Conflict
from shared.tasks import secret_wiping
from shared.tasks.secret_fields import KEPT
from shared.tasks.status import Status
from tests.many_tasks import copy_tasks
from tests.memory_yard import PLAIN, MemoryYard

WEEK = 7 * 86_400
GUARDED = replace(PLAIN, name="GUARDED", queue="guarded", secrets=frozenset({"password"}))


@pytest.fixture(autouse=True)
def _guarded(yard: MemoryYard) -> None:
    yard.yard.registry.types["GUARDED"] = GUARDED


def failed(yard: MemoryYard, count: int = 1) -> list[str]:
    """Tasks that failed for good, all in one commit; their ids."""
    ids = yard.submit_many(count, GUARDED, payload={"password": "open sesame"})
    yard.fails_for_good(*yard.claim(*ids))
    return ids


def wiped(yard: MemoryYard, ids: list[str]) -> list[bool]:
    """Whether the secrets of each are gone."""
    return [yard.task(task_id).secrets == {} for task_id in ids]


def test_a_failed_task_keeps_its_secrets_for_a_week(yard: MemoryYard, clock: FakeClock) -> None:
    chore = WipeSecrets()
    ids = failed(yard)
    clock.advance(WEEK)
    assert chore(yard.yard) == 0
    assert wiped(yard, ids) == [False]
    clock.advance(1)
    assert chore(yard.yard) == 1
    assert wiped(yard, ids) == [True]
    assert yard.status(ids[0]) is Status.FAILED
    with pytest.raises(Conflict, match="wiped"):
        yard.restart(ids[0])


def test_many_that_failed_in_one_commit_go_batch_by_batch(
    yard: MemoryYard, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret_wiping, "WIPE_AT_ONCE", 2)
    chore = WipeSecrets()
    first = failed(yard, 5)
    clock.advance(10)
    later = failed(yard)
    clock.advance(WEEK + 1)
    assert [chore(yard.yard) for _ in range(4)] == [2, 2, 2, 0]
    assert wiped(yard, first + later) == [True] * 6
    assert WipeSecrets()(yard.yard) == 2  # one that begins anew looks at them once more


def test_what_runs_again_keeps_its_secrets(yard: MemoryYard, clock: FakeClock) -> None:
    again, other = failed(yard, 2)
    clock.advance(WEEK - 1)
    yard.restart(again)
    clock.advance(2)
    assert WipeSecrets()(yard.yard) == 1
    assert wiped(yard, [again, other]) == [False, True]


def test_tasks_without_secrets_are_not_looked_at(yard: MemoryYard, clock: FakeClock) -> None:
    yard.fails_for_good(yard.started())
    yard.completes(yard.started(GUARDED, payload={"password": "open sesame"}))
    clock.advance(WEEK + 1)
    assert WipeSecrets()(yard.yard) == 0


def test_where_it_came_to_it_goes_on(yard: MemoryYard, clock: FakeClock) -> None:
    chore = WipeSecrets()
    ids = failed(yard)
    clock.advance(WEEK)
    assert chore(yard.yard) == 0
    ids += failed(yard)
    assert [chore(yard.yard) for _ in range(2)] == [0, 0]
    clock.advance(0.001)
    assert chore(yard.yard) == 1
    clock.advance(WEEK)
    assert chore(yard.yard) == 1
    assert wiped(yard, ids) == [True, True]


def test_an_index_leads_to_them(yard: MemoryYard) -> None:
    yard.fails_for_good(yard.started())
    is_sqlite = yard.store.dialect == "sqlite"
    with yard.store.begin() as tx:
        query = secret_wiping.failed_with_secrets(tx.now, (tx.now - KEPT, 1))
        compiled = query.compile(yard.store.engine, compile_kwargs={"literal_binds": True})
        if not is_sqlite:
            copy_tasks(tx, 5000)
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        plan = tx.connection.exec_driver_sql(f"{explain} {compiled}").fetchall()
    # SQLite cannot tell its index from the one of all tasks that are over, and both will do
    assert ("SEARCH tasks USING INDEX" if is_sqlite else "ix_tasks_left_secrets") in str(plan)
