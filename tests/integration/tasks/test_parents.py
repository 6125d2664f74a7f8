"""Tasks wait for their parents, whoever ends them and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from shared.accounts import ledger
from shared.accounts.account import get_account
from shared.clock import FakeClock
from shared.errors import Refused
from shared.ids import new_id
from shared.tasks import backlog, dispatch
from shared.tasks.draft import Accepted, Draft
from shared.tasks.insertion import insert_tasks
from shared.tasks.parents import remember
from shared.tasks.status import Status
from shared.tasks.task import Task
from tests.memory_yard import PLAIN, PRICE, SOLO, MemoryYard, in_threads

P, Q, R = Status.PENDING, Status.QUEUED, Status.RUNNING
C, F, X = Status.COMPLETED, Status.FAILED, Status.CANCELED


def child(yard: MemoryYard, parents: Sequence[str], policy: str = "all", **changes: Any) -> str:
    """A task that waits for ``parents``; its id."""
    return yard.submit(after=tuple(parents), after_policy=policy, cost_cents=PRICE, **changes)


def end(yard: MemoryYard, task_id: str, how: Status) -> None:
    """Let a queued task end that way."""
    if how is X:
        yard.cancel(task_id)
        return
    running = yard.claim(task_id)
    assert running
    yard.completes(*running) if how is C else yard.fails_for_good(*running)


def test_a_child_waits_until_all_of_its_parents_are_completed(yard: MemoryYard) -> None:
    parents = yard.submit_many(3)
    waiting = child(yard, parents)
    for left in (3, 2, 1):
        assert (yard.task(waiting).blocked_by, yard.task(waiting).due) == (left, False)
        assert dispatch.release(yard.yard, PLAIN.queue) == 0
        end(yard, parents[left - 1], C)
    assert (yard.task(waiting).blocked_by, yard.task(waiting).due) == (0, True)
    assert dispatch.release(yard.yard, PLAIN.queue) == 1
    assert yard.status(waiting) is Q


@pytest.mark.parametrize(
    ("policy", "ends", "outcome"),
    [
        ("all", [C, F], F),
        ("all", [X], F),
        ("any", [C], Q),
        ("any", [F, C], Q),
        ("any", [F, X], F),
        ("finished", [F], P),
        ("finished", [F, X], Q),
        ("finished", [C, C], Q),
    ],
)
@pytest.mark.parametrize("known_before", [False, True])
def test_the_policy_says_what_the_parents_ends_mean(
    yard: MemoryYard, policy: str, ends: list[Status], outcome: Status, known_before: bool
) -> None:
    parents = yard.submit_many(2)
    waiting = "" if known_before else child(yard, parents, policy)
    for parent, how in zip(parents, ends, strict=False):
        end(yard, parent, how)
    waiting = waiting or child(yard, parents, policy)
    dispatch.release(yard.yard, PLAIN.queue)
    task = yard.task(waiting)
    assert task.status is outcome
    assert (task.error or {}).get("code") == ("PARENT_FAILED" if outcome is F else None)
    assert yard.money() == ((10_000, 0) if outcome is F else (9980, 20))
    yard.assert_counted()


def test_a_retried_failure_of_a_parent_is_not_its_end(yard: MemoryYard) -> None:
    parent = yard.started()
    waiting = child(yard, [parent.id])
    yard.fails(parent)
    assert (yard.status(waiting), yard.task(waiting).blocked_by) == (P, 1)


def test_a_child_of_completed_parents_does_not_wait(yard: MemoryYard) -> None:
    parent = yard.submit()
    end(yard, parent, C)
    assert yard.status(child(yard, [parent])) is Q


def test_a_parent_named_twice_counts_once(yard: MemoryYard) -> None:
    parent = yard.submit()
    waiting = child(yard, [parent, parent])
    assert yard.task(waiting).blocked_by == 1
    end(yard, parent, C)
    assert yard.task(waiting).due


@pytest.mark.parametrize("whose", ["nobody's", "another account's"])
def test_an_unknown_parent_is_refused(yard: MemoryYard, whose: str) -> None:
    stranger = yard.open_account("stranger")
    unknown = new_id() if whose == "nobody's" else yard.submit(account_id=stranger.id)
    known = yard.submit()
    drafts = [yard.draft(after=(known, unknown), cost_cents=PRICE), yard.draft(after=(known,))]
    refusal, accepted = dispatch.submit(yard.yard, drafts)
    assert isinstance(refusal, Refused)
    assert (refusal.field, refusal.code) == ("after", "INVALID_FIELD")
    assert unknown in str(refusal)
    assert isinstance(accepted, Accepted)
    assert yard.money() == (10_000, 0)


def test_a_child_also_waits_for_its_own_time(yard: MemoryYard, clock: FakeClock) -> None:
    parent = yard.submit()
    waiting = child(yard, [parent], not_before=clock.now() + timedelta(hours=1))
    end(yard, parent, C)
    assert (yard.task(waiting).blocked_by, yard.task(waiting).due) == (0, False)
    clock.advance(3600)
    with yard.store.begin() as tx:
        assert backlog.wake(tx) == 1
    assert dispatch.release(yard.yard, PLAIN.queue) == 1


def test_a_time_that_has_come_does_not_free_who_waits_for_others(
    yard: MemoryYard, clock: FakeClock
) -> None:
    waiting = child(yard, yard.submit_many(1), not_before=clock.now() + timedelta(hours=1))
    clock.advance(7200)
    with yard.store.begin() as tx:
        assert backlog.wake(tx) == 0
    assert yard.status(waiting) is P


def test_the_time_to_answer_begins_when_the_waiting_ends(
    yard: MemoryYard, clock: FakeClock
) -> None:
    parent = yard.submit()
    waiting = child(yard, [parent], deadline_seconds=60)
    clock.advance(3600)
    end(yard, parent, C)
    assert yard.task(waiting).deadline_at == clock.now() + timedelta(seconds=60)


def test_a_child_that_was_canceled_is_not_revived_by_its_parents(yard: MemoryYard) -> None:
    parent = yard.submit()
    waiting = child(yard, [parent])
    yard.cancel(waiting)
    end(yard, parent, C)
    assert yard.steps(waiting) == [P, X]


def test_parents_that_end_in_one_batch_are_counted_one_by_one(yard: MemoryYard) -> None:
    parents = yard.submit_many(5)
    waiting = child(yard, parents)
    yard.completes(*yard.claim(*parents))
    assert (yard.task(waiting).blocked_by, yard.task(waiting).due) == (0, True)


def test_parents_that_end_at_the_same_time_are_all_counted(yard: MemoryYard) -> None:
    for policy in ("all", "finished"):
        parents = yard.submit_many(8, SOLO)
        running = {task.id: task for task in yard.claim(*parents)}
        waiting = child(yard, parents, policy)
        start = Barrier(8)

        def finish(
            thread: int,
            parents: Sequence[str] = parents,
            running: dict[str, Task] = running,
            start: Barrier = start,
        ) -> None:
            start.wait(10)
            yard.completes(running[parents[thread]])

        in_threads(8, finish)
        assert (yard.task(waiting).blocked_by, yard.task(waiting).due) == (0, True)


def test_a_parent_that_ends_while_its_child_comes_is_not_missed(yard: MemoryYard) -> None:
    for _ in range(10):
        parent = yard.started(SOLO)
        start = Barrier(2)

        def act(thread: int, parent: Task = parent, start: Barrier = start) -> str:
            start.wait(10)
            if thread:
                return child(yard, [parent.id])
            yard.completes(parent)
            return ""

        waiting = yard.task(in_threads(2, act)[1])
        assert waiting.blocked_by == 0
        assert waiting.due or waiting.status is Q


def test_a_chain_of_a_thousand_falls_with_its_first(yard: MemoryYard) -> None:
    first = yard.started()
    ids = [first.id]
    drafts: list[Draft] = []
    for _ in range(1000):
        drafts.append(yard.draft(after=(ids[-1],), cost_cents=1))
        ids.append(drafts[-1].id)
    with yard.store.begin() as tx:
        ledger.hold(tx, [ledger.Item(d.account_id, d.id, d.cost_cents) for d in drafts])
        insert_tasks(tx, drafts, (), (), dict.fromkeys(ids, 1))
        remember(tx, drafts)
    assert yard.statuses() == {R: 1, P: 1000}
    yard.fails_for_good(first)
    assert yard.statuses() == {F: 1001}
    assert (yard.task(ids[-1]).error or {})["code"] == "PARENT_FAILED"
    assert yard.last_step(ids[-1]).reason == "parent failed"
    assert yard.money() == (10_000, 0)
    yard.assert_counted()


def test_canceling_a_parent_fails_the_children_of_its_children(yard: MemoryYard) -> None:
    parent = yard.submit()
    middle = child(yard, [parent])
    youngest = child(yard, [middle])
    whatever = child(yard, [middle], "finished")
    yard.cancel(parent)
    assert [yard.status(i) for i in (middle, youngest, whatever)] == [F, F, P]
    assert yard.task(whatever).due
    with yard.store.begin() as tx:
        assert get_account(tx, yard.account.id).held_cents == PRICE
