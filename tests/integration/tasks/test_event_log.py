"""Whoever follows the log misses nothing and reads nothing twice, whatever commits when."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Event as Signal
from threading import Thread

from sqlalchemy import text

from shared.db import Store, Transaction
from shared.tasks.event_log import Event, Horizon, newest_number, read_events
from shared.tasks.insertion import insert_tasks
from shared.tasks.status import Status
from tests.memory_yard import MemoryYard, in_threads
from tests.servers import eventually

P, Q, R = Status.PENDING, Status.QUEUED, Status.RUNNING
C, F, X = Status.COMPLETED, Status.FAILED, Status.CANCELED


class Follower:
    """Reads the log to its horizon, and keeps what it read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.horizon = Horizon()
        self.seen: list[Event] = []

    def look(self) -> list[Event]:
        """What is new."""
        with self._store.read() as tx:
            upto = self.horizon.advance(tx)
            after = self.seen[-1].number if self.seen else 0
            new = read_events(tx, after, upto, 100_000)
        self.seen += new
        return new

    def catch_up(self) -> None:
        """Read all there is; others of the server's transactions may hold it up for a moment."""
        with self._store.read() as tx:
            newest = newest_number(tx)

        def is_there() -> bool:
            self.look()
            return self.horizon.number >= newest

        eventually(is_there, what="the horizon's reaching the newest number")

    def statuses(self, task_id: str) -> list[Status]:
        """The steps of a task, as read."""
        return [event.status for event in self.seen if event.task_id == task_id]


def born(tx: Transaction, yard: MemoryYard) -> str:
    """A task that is written in ``tx``; its id."""
    draft = yard.draft()
    insert_tasks(tx, [draft], (), (), {})
    return draft.id


def test_what_a_task_goes_through_is_read_in_order(yard: MemoryYard) -> None:
    task_id = yard.submit()
    yard.run_all()
    follower = Follower(yard.store)
    events = follower.look()
    assert [event.status for event in events] == [P, Q, R, C]
    assert [event.from_status for event in events] == [None, P, Q, R]
    assert {(e.task_id, e.account_id, e.type, e.dialect) for e in events} == {
        (task_id, yard.account.id, "PLAIN", "buyers")
    }
    assert [event.attempt for event in events] == [0, 0, 1, 1]
    assert follower.look() == []


def test_a_failure_is_told_when_it_is_final_alone(yard: MemoryYard) -> None:
    retried, failed = yard.started(), yard.started()
    yard.fails(retried)
    yard.fails_for_good(failed)
    follower = Follower(yard.store)
    follower.look()
    assert follower.statuses(retried.id) == [P, Q, R, P]
    assert follower.statuses(failed.id) == [P, Q, R, F]
    yard.restart(failed.id)
    follower.look()
    assert follower.statuses(failed.id) == [P, Q, R, F, P]
    with yard.store.read() as tx:
        again = read_events(tx, 0, follower.seen[-1].number, 100)
    assert again == follower.seen


def test_what_was_numbered_first_and_committed_last_is_not_missed(
    postgres_yard: MemoryYard,
) -> None:
    yard = postgres_yard
    follower = Follower(yard.store)
    follower.look()
    with yard.store.begin() as slow:
        first = born(slow, yard)
        with yard.store.begin() as quick:
            second = born(quick, yard)
        assert follower.look() == []
        assert follower.look() == []
    assert [event.task_id for event in follower.look()] == [first, second]
    assert follower.look() == []


def test_who_began_to_write_last_may_number_first_and_commit_last(
    postgres_yard: MemoryYard,
) -> None:
    yard = postgres_yard
    follower = Follower(yard.store)
    begins = text("SELECT pg_current_xact_id()")
    with ExitStack() as late:
        with yard.store.begin() as early:
            early.execute(begins)
            first = born(late.enter_context(yard.store.begin()), yard)
            second = born(early, yard)
        assert follower.look() == []
        assert follower.look() == []
    assert [event.task_id for event in follower.look()] == [first, second]


def test_a_number_that_a_crash_of_the_store_lost_is_not_waited_for(
    postgres_yard: MemoryYard,
) -> None:
    follower = Follower(postgres_yard.store)
    task_id = postgres_yard.submit()
    follower.horizon._awaited = (1, 2**40)
    assert follower.look() == []
    follower.look()
    assert follower.statuses(task_id) == [P, Q]


def test_what_was_rolled_back_holds_nobody_up(postgres_yard: MemoryYard) -> None:
    yard = postgres_yard
    follower = Follower(yard.store)
    with yard.store.engine.connect() as undone:
        tx = Transaction(undone, yard.store.now(), yard.store.dialect)
        born(tx, yard)
        kept = yard.submit()
        assert follower.look() == []
        undone.rollback()
    follower.look()
    assert follower.statuses(kept) == [P, Q]


def test_work_that_goes_on_holds_up_what_came_before_it_only_as_long_as_it_takes(
    postgres_yard: MemoryYard,
) -> None:
    yard = postgres_yard
    follower = Follower(yard.store)
    old = yard.submit()
    with ExitStack() as second:
        with yard.store.begin() as first:
            born(first, yard)
            follower.look()
            newer = born(second.enter_context(yard.store.begin()), yard)
        follower.look()
        assert follower.statuses(old) == [P, Q]
        assert follower.statuses(newer) == []
    follower.look()
    assert follower.statuses(newer) == [P]


def test_a_limit_and_a_choice_leave_the_rest_for_later(yard: MemoryYard) -> None:
    ids = yard.submit_many(3)
    other = yard.open_account("other")
    foreign = yard.submit(account_id=other.id)
    follower = Follower(yard.store)
    everything = follower.look()
    upto = everything[-1].number
    with yard.store.read() as tx:
        assert read_events(tx, 0, upto, 2) == everything[:2]
        assert read_events(tx, everything[1].number, upto, 100) == everything[2:]
        assert read_events(tx, 0, everything[0].number, 100) == everything[:1]
        own = read_events(tx, 0, upto, 100, account_id=yard.account.id)
        assert {event.task_id for event in own} == set(ids)
        one = read_events(tx, 0, upto, 100, account_id=yard.account.id, task_ids=[foreign, ids[0]])
        assert {event.task_id for event in one} == {ids[0]}
        assert read_events(tx, 0, upto, 100, task_ids=[]) == []


def test_beside_many_writers_each_step_is_read_once_and_in_order(yard: MemoryYard) -> None:
    follower, over = Follower(yard.store), Signal()

    def follow() -> None:
        while not over.wait(0.001):
            follower.look()

    reader = Thread(target=follow)
    reader.start()
    try:
        ids = [task_id for some in in_threads(4, lambda _: written(yard)) for task_id in some]
    finally:
        over.set()
        reader.join()
    follower.catch_up()
    numbers = [event.number for event in follower.seen]
    assert numbers == sorted(set(numbers))
    with yard.store.read() as tx:
        assert follower.seen == read_events(tx, 0, numbers[-1], 100_000)
    for task_id in ids:
        assert follower.statuses(task_id)[:1] == [P]
        assert [s.value for s in follower.statuses(task_id)] == yard.steps(task_id)


def written(yard: MemoryYard) -> list[str]:
    """Tasks that one writer made and partly canceled."""
    ids = []
    for turn in range(15):
        ids += yard.submit_many(1 + turn % 3)
        if turn % 2:
            yard.cancel(ids[-1])
    return ids
