"""Old rows go, and counters stay small and right."""

from __future__ import annotations

from random import Random

from sqlalchemy import func, select

from shared.accounts.ledger_entry import ledger_entries
from shared.clock import FakeClock
from shared.tasks import dispatch, queries, retention
from shared.tasks.status import Status
from shared.tasks.task import task_parents, transitions
from tests.memory_yard import ASKED, BY_PEOPLE, PRICE, SOLO, MemoryYard, in_threads

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


def rows(yard: MemoryYard, table: object) -> int:
    """How many rows the table has."""
    with yard.store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_what_ended_long_ago_goes_with_everything_that_hangs_on_it(
    yard: MemoryYard, clock: FakeClock
) -> None:
    parent = yard.started(cost_cents=PRICE)
    yard.completes(parent)
    child = yard.submit(after=(parent.id,))
    yard.completes(*yard.claim(child))
    clock.advance(31 * DAY)
    assert purge(yard) == 2
    assert yard.statuses() == {}
    assert (rows(yard, transitions), rows(yard, task_parents)) == (0, 0)
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


def test_one_purge_takes_a_batch_and_the_next_the_rest(yard: MemoryYard, clock: FakeClock) -> None:
    for task_id in yard.hold_back(retention.PURGE_AT_ONCE // 100):
        yard.cancel(task_id)
    drafts = yard.claim(*yard.submit_many(20))
    yard.completes(*drafts)
    clock.advance(31 * DAY)
    assert purge(yard) == 25
    assert purge(yard) == 0


def test_a_purge_takes_no_more_than_a_batch(
    yard: MemoryYard, clock: FakeClock, monkeypatch: object
) -> None:
    yard.completes(*yard.claim(*yard.submit_many(25)))
    clock.advance(31 * DAY)
    before, retention.PURGE_AT_ONCE = retention.PURGE_AT_ONCE, 10
    try:
        assert [purge(yard) for _ in range(4)] == [10, 10, 5, 0]
    finally:
        retention.PURGE_AT_ONCE = before


def test_folding_keeps_every_count(yard: MemoryYard) -> None:
    yard.completes(*yard.claim(*yard.submit_many(10)))
    for _ in range(5):
        yard.submit(SOLO)
    yard.hold_back(3)
    assert fold(yard) > 0
    yard.assert_counted()
    with yard.store.read() as tx:
        assert retention.count_rows(tx) == 3


def test_what_came_and_went_leaves_no_counter(yard: MemoryYard) -> None:
    yard.completes(yard.started())
    fold(yard)
    with yard.store.begin() as tx:
        assert queries.counts(tx, yard.account.id) == {("PLAIN", C): 1}
        assert retention.count_rows(tx) == 1


def test_folding_what_is_folded_writes_nothing(yard: MemoryYard) -> None:
    assert fold(yard) == 0
    yard.submit_many(3)
    yard.submit_many(3)
    fold(yard)
    before = [tuple(row) for row in _counters(yard)]
    assert fold(yard) == 0
    assert [tuple(row) for row in _counters(yard)] == before


def _counters(yard: MemoryYard) -> list[object]:
    with yard.store.read() as tx:
        return list(tx.rows(select(retention.task_counts)))


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


def test_after_any_history_the_counters_say_what_a_count_would(
    yard: MemoryYard, clock: FakeClock
) -> None:
    random = Random(11)
    other = yard.open_account("other")
    known: list[str] = []
    for _ in range(150):
        match random.randrange(8):
            case 0 | 1:
                kind = random.choice([SOLO, ASKED, BY_PEOPLE])
                known += yard.submit_many(random.randrange(1, 4), kind, deadline_seconds=9e9)
                yard.submit(account_id=other.id)
            case 2:
                known += yard.hold_back(kind=SOLO)
            case 3:
                dispatch.release(yard.yard, SOLO.queue)
            case 4:
                running = yard.claim(*known)
                yard.completes(*(task for task in running if task.type == "SOLO"))
            case 5 if known:
                task = yard.task(random.choice(known))
                if not task.status.is_final:
                    yard.cancel(task.id)
            case 6:
                clock.advance(random.choice([1, 20 * DAY]))
                dispatch.rescue(yard.yard)
                purge(yard)
                known = [i for i in known if yard.statuses([i])]
            case _:
                fold(yard)
        yard.assert_counted()
