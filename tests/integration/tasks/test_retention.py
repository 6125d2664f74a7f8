"""Old rows go, and counters stay small and right."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from shared.accounts.ledger_entry import ledger_entries
from shared.clock import FakeClock
from shared.tasks import dispatch, queries, retention
from shared.tasks.mutex import task_mutexes
from shared.tasks.status import Status
from shared.tasks.task import task_counts, task_parents, transitions
from tests.memory_yard import ASKED, BY_PEOPLE, PRICE, SOLO, USES, MemoryYard, in_threads

P, C = Status.PENDING, Status.COMPLETED
DAY = 86_400


def purge(yard: MemoryYard) -> int:
    """Remove what ended more than 30 days ago; how many tasks."""
    with yard.store.begin() as tx:
        return retention.purge(tx, 30)


def fold(yard: MemoryYard) -> int:
    """Sum up the counters; how many rows less there are."""
    with yard.store.begin() as tx:
        return retention.fold_counts(tx)


def rows(yard: MemoryYard, table: Table) -> int:
    """How many rows the table has."""
    with yard.store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def counters(yard: MemoryYard) -> list[Any]:
    """The counters as they are stored."""
    with yard.store.read() as tx:
        return list(tx.rows(select(task_counts).order_by(task_counts.c.number)))


def test_what_ended_long_ago_goes_with_everything_that_hangs_on_it(
    yard: MemoryYard, clock: FakeClock
) -> None:
    parent = yard.started(cost_cents=PRICE)
    yard.completes(parent)
    child = yard.submit(after=(parent.id,))
    yard.completes(*yard.claim(child))
    yard.cancel(yard.submit(USES))
    assert rows(yard, task_mutexes) == 1
    clock.advance(31 * DAY)
    assert purge(yard) == 3
    assert yard.statuses() == {}
    assert [rows(yard, table) for table in (transitions, task_parents, task_mutexes)] == [0, 0, 0]
    with yard.store.begin() as tx:
        assert queries.counts(tx, yard.account.id) == {}


def test_what_is_not_old_enough_or_not_over_stays(yard: MemoryYard, clock: FakeClock) -> None:
    yard.hold_back(3)
    clock.advance(100 * DAY)
    task = yard.claim(yard.submit(SOLO))[0]
    yard.completes(task)
    clock.advance(29 * DAY)
    assert purge(yard) == 0
    assert yard.statuses() == {P: 3, C: 1}


def test_the_books_are_kept(yard: MemoryYard, clock: FakeClock) -> None:
    yard.completes(yard.started(cost_cents=PRICE))
    before = rows(yard, ledger_entries)
    clock.advance(31 * DAY)
    purge(yard)
    assert rows(yard, ledger_entries) == before
    assert yard.money() == (9980, 0)


def test_a_purge_takes_no_more_than_a_batch(
    yard: MemoryYard, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PURGE_AT_ONCE", 10)
    yard.completes(*yard.claim(*yard.submit_many(25)))
    clock.advance(31 * DAY)
    assert [purge(yard) for _ in range(4)] == [10, 10, 5, 0]


def test_folding_keeps_every_count(yard: MemoryYard) -> None:
    yard.completes(*yard.claim(*yard.submit_many(10)))
    for _ in range(5):
        yard.submit(SOLO)
    yard.hold_back(3)
    assert fold(yard) > 0
    yard.assert_counted()
    assert rows(yard, task_counts) == 3


def test_what_came_and_went_leaves_no_counter(yard: MemoryYard) -> None:
    yard.completes(yard.started())
    fold(yard)
    with yard.store.begin() as tx:
        assert queries.counts(tx, yard.account.id) == {("PLAIN", C): 1}
    assert rows(yard, task_counts) == 1


def test_when_everything_is_gone_no_counter_is_left(yard: MemoryYard, clock: FakeClock) -> None:
    yard.completes(yard.started())
    clock.advance(31 * DAY)
    purge(yard)
    assert fold(yard) > 0
    assert rows(yard, task_counts) == 0


def test_folding_what_is_folded_writes_nothing(yard: MemoryYard) -> None:
    assert fold(yard) == 0
    yard.submit_many(3)
    yard.submit_many(3)
    fold(yard)
    before = counters(yard)
    assert fold(yard) == 0
    assert counters(yard) == before


def test_folding_while_others_count_loses_nothing(yard: MemoryYard) -> None:
    def act(thread: int) -> None:
        for _ in range(10):
            if thread == 0:
                yard.store.transact(retention.fold_counts)
            else:
                yard.completes(yard.started(SOLO))

    in_threads(4, act)
    fold(yard)
    yard.assert_counted()


class History:
    """Things that happen to a yard, at random."""

    def __init__(self, yard: MemoryYard, clock: FakeClock) -> None:
        self.yard = yard
        self.clock = clock
        self.random = Random(11)
        self.stranger = yard.open_account("stranger").id
        self.known: list[str] = []

    def submit(self) -> None:
        kind = self.random.choice([SOLO, ASKED, BY_PEOPLE])
        count = self.random.randrange(1, 4)
        self.known += self.yard.submit_many(count, kind, deadline_seconds=9e9)
        self.yard.submit(account_id=self.stranger)

    def hold_back(self) -> None:
        self.known += self.yard.hold_back(kind=SOLO)

    def release(self) -> None:
        dispatch.release(self.yard.yard, SOLO.queue)

    def work(self) -> None:
        running = self.yard.claim(*self.known)
        self.yard.completes(*(task for task in running if task.type == SOLO.name))

    def cancel(self) -> None:
        for task_id in self.random.sample(self.known, min(2, len(self.known))):
            if not self.yard.status(task_id).is_final:
                self.yard.cancel(task_id)

    def age(self) -> None:
        self.clock.advance(self.random.choice([1, 20 * DAY]))
        dispatch.rescue(self.yard.yard)
        purge(self.yard)
        self.known = [task_id for task_id in self.known if self.yard.statuses([task_id])]

    def fold(self) -> None:
        fold(self.yard)


def test_after_any_history_the_counters_say_what_a_count_would(
    yard: MemoryYard, clock: FakeClock
) -> None:
    history = History(yard, clock)
    events = (
        history.submit, history.hold_back, history.release, history.work, history.cancel,
        history.age, history.fold,
    )  # fmt: skip
    for _ in range(150):
        history.random.choice(events)()
        yard.assert_counted()
