"""Reports that touch the same accounts in opposite ways never wait for each other in a circle."""

from __future__ import annotations

from threading import Barrier

from sqlalchemy import text

from shared.errors import TaskError
from shared.tasks import dispatch
from shared.tasks.outcome import Completed, Failed, Outcome
from shared.tasks.task import Task
from tests.memory_yard import SOLO, WORKER, MemoryYard, in_threads

ROUNDS = 20


def test_two_reports_that_pay_and_refund_crosswise_do_not_deadlock(yard: MemoryYard) -> None:
    accounts = [yard.account.id, yard.open_account("other").id]
    before = _deadlocks(yard)
    for _ in range(ROUNDS):
        pairs = [
            [yard.started(account_id=account, cost_cents=5) for account in accounts],
            [yard.started(account_id=account, cost_cents=5) for account in reversed(accounts)],
        ]
        ready = Barrier(2)

        def report(number: int, pairs: list[list[Task]] = pairs, ready: Barrier = ready) -> int:
            paid, lost = pairs[number]
            error = TaskError("broken", retryable=False)
            outcomes: list[Outcome] = [Completed(paid, {}), Failed(lost, error)]
            ready.wait()
            return len(dispatch.report(yard.yard, outcomes, WORKER))

        assert in_threads(2, report) == [2, 2]
    assert _deadlocks(yard) == before
    assert yard.money() == (10_000 - 5 * ROUNDS, 0)


def test_a_parent_that_begins_anew_and_one_that_ends_do_not_deadlock(yard: MemoryYard) -> None:
    """Both lock their child and the account that pays."""
    rounds: list[tuple[str, Task]] = []
    for _ in range(ROUNDS):
        again, ends = yard.started(SOLO, cost_cents=5), yard.started(SOLO, cost_cents=5)
        yard.submit(after=(again.id, ends.id), after_policy="finished")
        yard.fails_for_good(again)
        rounds.append((again.id, ends))
    before, ready = _deadlocks(yard), Barrier(2)

    def act(number: int) -> None:
        for again, ends in rounds:
            ready.wait(30)
            yard.restart(again) if number else yard.fails_for_good(ends)

    in_threads(2, act)
    assert _deadlocks(yard) == before
    assert yard.money() == (10_000 - 5 * ROUNDS, 5 * ROUNDS)


def _deadlocks(yard: MemoryYard) -> int:
    """How many the database has seen; SQLite, with its one writer, knows none."""
    if yard.store.dialect != "postgresql":
        return 0
    query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    with yard.store.begin() as tx:
        tx.execute(text("SELECT pg_stat_force_next_flush()"))
        return int(tx.execute(text(query)).scalar_one())
