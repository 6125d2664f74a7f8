"""Every arrow moves what stands at its beginning, leaves its trace, and moves nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from shared.accounts import ledger
from shared.clock import FakeClock
from shared.db import Store, Transaction
from shared.settings import Settings
from shared.tasks import lifecycle
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE, Task
from tests.memory_yard import PRICE, WORKER, MemoryYard

P, Q, R = Status.PENDING, Status.QUEUED, Status.RUNNING
C, F, X = Status.COMPLETED, Status.FAILED, Status.CANCELED
LEASE = timedelta(seconds=15)
ERROR = {"code": "BROKEN", "message": "It broke."}
Verb = Callable[[Transaction, Sequence[Task]], Sequence[Any]]


@pytest.fixture
def yard(store: Store, settings: Settings, clock: FakeClock) -> MemoryYard:
    """A yard at a time that stands still."""
    assert store.now() == clock.now()
    return MemoryYard(store, settings)


def ids(chosen: Sequence[Task]) -> list[str]:
    """The tasks' ids."""
    return [task.id for task in chosen]


def ends(chosen: Sequence[Task], **known: Any) -> list[dict[str, Any]]:
    """What a report on the tasks carries."""
    return [{"id": task.id, "attempt": task.attempt, **known} for task in chosen]


def _start(tx: Transaction, chosen: Sequence[Task]) -> Sequence[Any]:
    return lifecycle.start(tx, ids(chosen), holder=WORKER, until=tx.now + LEASE)


def _start_people(tx: Transaction, chosen: Sequence[Task]) -> Sequence[Any]:
    return lifecycle.start_people(tx, [{"id": t.id, "answers_wanted": 2} for t in chosen])


def _retry(tx: Transaction, chosen: Sequence[Task]) -> Sequence[Any]:
    again = tx.now + timedelta(seconds=30)
    return lifecycle.retry(tx, ends(chosen, error=ERROR, not_before=again), actor="test")


def _lose(tx: Transaction, chosen: Sequence[Task]) -> Sequence[Any]:
    counters = {"lost_leases": 4, "deaths": 2, "solo": True}
    return lifecycle.lose(tx, ends(chosen, **counters), actor="test", reason="gone")


def _restart(tx: Transaction, chosen: Sequence[Task]) -> Sequence[Any]:
    again = {"due": True, "not_before": None, "blocked_by": 0, "deadline_at": tx.now + LEASE}
    moved = lifecycle.restart(tx, [{"id": t.id, **again} for t in chosen], actor="test")
    ledger.hold(tx, [ledger.Item(m.account_id, m.id, m.cost_cents) for m in moved])
    return moved


def _cancel(status: Status) -> Verb:
    return lambda tx, chosen: [
        row for t in chosen for row in lifecycle.cancel(tx, t.id, status, actor="test")
    ]


def _give_up(status: Status) -> Verb:
    return lambda tx, chosen: lifecycle.give_up(
        tx, status, [{"id": t.id, "error": ERROR} for t in chosen], actor="test", reason="hopeless"
    )


FENCED: dict[str, tuple[tuple[Status, ...], Verb]] = {
    "complete": ((R, C), lambda tx, t: lifecycle.complete(tx, ends(t, result={}), actor="test")),
    "fail": ((R, F), lambda tx, t: lifecycle.fail(tx, ends(t, error=ERROR), actor="test")),
    "retry": ((R, F, P), _retry),
    "give_back": (
        (R, P), lambda tx, t: lifecycle.give_back(tx, ends(t), actor="test", reason="not begun")
    ),
    "lose": ((R, P), _lose),
    "cancel_running": ((R, X), lambda tx, t: lifecycle.cancel_running(tx, ends(t), actor="test")),
}  # fmt: skip
VERBS: dict[str, tuple[tuple[Status, ...], Verb]] = {
    "queue": ((P, Q), lambda tx, t: lifecycle.queue(tx, ids(t), actor="test")),
    "start": ((Q, R), _start),
    "start_people": ((Q, R), _start_people),
    "take_back": (
        (Q, P), lambda tx, t: lifecycle.take_back(tx, ids(t), actor="test", reason="server gone")
    ),
    "restart": ((F, P), _restart),
    "cancel_pending": ((P, X), _cancel(P)),
    "cancel_queued": ((Q, X), _cancel(Q)),
    "cancel_running_at_once": ((R, X), _cancel(R)),
    "give_up_pending": ((P, F), _give_up(P)),
    "give_up_queued": ((Q, F), _give_up(Q)),
    **FENCED,
}  # fmt: skip


def task_in(yard: MemoryYard, status: Status) -> Task:
    """A paid task that came to ``status`` in the usual way."""
    if status is P:
        later = yard.store.now() + timedelta(hours=1)
        return yard.task(yard.submit(cost_cents=PRICE, not_before=later))
    task_id = yard.hold_back(cost_cents=PRICE)[0]
    with yard.store.begin() as tx:
        lifecycle.queue(tx, [task_id], actor="test")
    if status is X:
        yard.cancel(task_id)
    if status in (R, C, F):
        running = yard.claim(task_id)
        if status is C:
            yard.completes(*running)
        if status is F:
            yard.fails_for_good(*running)
    task = yard.task(task_id)
    assert task.status is status
    return task


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_moves_only_what_stands_where_its_arrow_begins(yard: MemoryYard, verb: str) -> None:
    path, act = VERBS[verb]
    before = {status: task_in(yard, status) for status in Status}
    steps = {task.id: yard.steps(task.id) for task in before.values()}
    with yard.store.begin() as tx:
        moved = act(tx, list(before.values()))
    assert [row.id for row in moved] == [before[path[0]].id]
    for status, task in before.items():
        if status is path[0]:
            assert yard.status(task.id) is path[-1]
            assert yard.steps(task.id) == [*steps[task.id], *path[1:]]
        else:
            assert yard.task(task.id) == task
            assert yard.steps(task.id) == steps[task.id]
    yard.assert_counted()
    yard.money()


def test_of_two_movers_the_second_moves_nothing(yard: MemoryYard) -> None:
    for verb, (path, act) in VERBS.items():
        task = task_in(yard, path[0])
        with yard.store.begin() as tx:
            assert len(act(tx, [task])) == 1, verb
        after, steps, money = yard.task(task.id), yard.steps(task.id), yard.money()
        with yard.store.begin() as tx:
            assert list(act(tx, [task])) == [], verb
        assert (yard.task(task.id), yard.steps(task.id), yard.money()) == (after, steps, money)
    yard.assert_counted()


def test_moving_nothing_is_no_error(yard: MemoryYard) -> None:
    with yard.store.begin() as tx:
        assert all(not act(tx, []) for _, act in VERBS.values())


def test_a_report_on_another_attempt_changes_nothing(yard: MemoryYard) -> None:
    task = task_in(yard, R)
    yard.fails(task)
    with yard.store.begin() as tx:
        lifecycle.queue(tx, [task.id], actor="test")
    again = yard.claim(task.id, holder="worker/2")[0]
    assert again.attempt == 2
    for verb, (_, act) in FENCED.items():
        with yard.store.begin() as tx:
            assert list(act(tx, [task])) == [], verb
        assert yard.task(task.id) == again
        assert yard.status(task.id) is R


def test_every_step_says_who_when_and_at_which_attempt(yard: MemoryYard, clock: FakeClock) -> None:
    actors = {"start": WORKER, "start_people": PEOPLE}
    for verb, (path, act) in VERBS.items():
        task = task_in(yard, path[0])
        clock.advance(60)
        with yard.store.begin() as tx:
            act(tx, [task])
        step = yard.last_step(task.id)
        attempt = task.attempt + verb.startswith("start")
        assert (step.from_status, step.to_status) == (path[-2], path[-1])
        assert (step.actor, step.attempt) == (actors.get(verb, "test"), attempt), verb
        assert step.at == clock.now()


REASONS = {
    "take_back": "server gone",
    "give_back": "not begun",
    "lose": "gone",
    "give_up_pending": "hopeless",
    "restart": "tried again",
    "complete": None,
}


def test_a_step_says_why_where_somebody_said_it(yard: MemoryYard) -> None:
    for verb, reason in REASONS.items():
        path, act = VERBS[verb]
        task = task_in(yard, path[0])
        with yard.store.begin() as tx:
            act(tx, [task])
        assert yard.last_step(task.id).reason == reason


NOW, KEPT = object(), object()
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("queue", {"queued_at": NOW, "not_before": None, "started_at": None, "attempt": 0}),
    ("start", {"started_at": NOW, "holder": WORKER, "attempt": 1, "queued_at": KEPT}),
    ("start_people", {"started_at": NOW, "holder": PEOPLE, "attempt": 1, "answers_wanted": 2}),
    ("complete", {"completed_at": NOW, "holder": None, "progress": 100.0, "result": {},
                  "error": None, "attempt": 1, "started_at": KEPT}),
    ("fail", {"completed_at": NOW, "holder": None, "error": ERROR, "result": None}),
    ("retry", {"completed_at": None, "holder": None, "error": ERROR, "retry_count": 1,
               "due": False, "attempt": 1, "progress": None}),
    ("give_back", {"due": True, "holder": None, "solo": True, "retry_count": 0, "attempt": 1}),
    ("lose", {"due": True, "holder": None, "solo": True, "lost_leases": 4, "deaths": 2,
              "retry_count": 0, "attempt": 1}),
    ("take_back", {"due": True, "holder": None, "attempt": 0}),
    ("restart", {"due": True, "completed_at": None, "started_at": None, "queued_at": None,
                 "error": None, "progress": None, "attempt": 1}),
    ("cancel_pending", {"completed_at": NOW, "result": None}),
    ("cancel_queued", {"completed_at": NOW, "result": None}),
    ("cancel_running", {"completed_at": NOW, "holder": None}),
    ("give_up_pending", {"completed_at": NOW, "error": ERROR}),
    ("give_up_queued", {"completed_at": NOW, "error": ERROR}),
]  # fmt: skip


def test_a_verb_sets_its_own_fields(yard: MemoryYard, clock: FakeClock) -> None:
    for verb, changes in CHANGES:
        path, act = VERBS[verb]
        before = task_in(yard, path[0])
        clock.advance(60)
        with yard.store.begin() as tx:
            act(tx, [before])
        after = yard.task(before.id)
        told = {
            name: clock.now() if value is NOW else getattr(before, name) if value is KEPT else value
            for name, value in changes.items()
        }
        assert {name: getattr(after, name) for name in told} == told, verb
        assert after.updated_at == clock.now()
        assert (after.lease_expires_at is not None) is (verb == "start")


def test_a_retry_waits_until_its_time(yard: MemoryYard, clock: FakeClock) -> None:
    task = task_in(yard, R)
    with yard.store.begin() as tx:
        _retry(tx, [task])
    assert yard.task(task.id).not_before == clock.now() + timedelta(seconds=30)


def test_a_lease_lasts_as_long_as_it_was_given(yard: MemoryYard, clock: FakeClock) -> None:
    assert task_in(yard, R).lease_expires_at == clock.now() + LEASE


def test_people_hold_a_task_until_its_deadline(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = yard.submit(deadline_seconds=3600)
    with yard.store.begin() as tx:
        lifecycle.start_people(tx, [{"id": task_id, "answers_wanted": 3}])
    assert yard.task(task_id).lease_expires_at == clock.now() + timedelta(hours=1)


def test_a_report_may_end_many_tasks_in_one_go(yard: MemoryYard) -> None:
    running = yard.claim(*yard.submit_many(40))
    assert yard.completes(*running) == {task.id for task in running}
    assert yard.statuses() == {C: 40}
    yard.assert_counted()


HELD, KEPT_BY_US, GIVEN_BACK = (0, 0), (0, -PRICE), (PRICE, -PRICE)
EFFECTS = {
    "queue": HELD, "start": HELD, "take_back": HELD, "retry": HELD, "give_back": HELD,
    "lose": HELD, "complete": KEPT_BY_US, "fail": GIVEN_BACK, "cancel_pending": GIVEN_BACK,
    "cancel_queued": GIVEN_BACK, "cancel_running": GIVEN_BACK, "give_up_pending": GIVEN_BACK,
    "give_up_queued": GIVEN_BACK,
}  # fmt: skip


def test_money_follows_the_status_in_the_same_commit(yard: MemoryYard) -> None:
    for verb, effect in EFFECTS.items():
        path, act = VERBS[verb]
        task = task_in(yard, path[0])
        balance, held = yard.money()
        with yard.store.begin() as tx:
            act(tx, [task])
        assert yard.money() == (balance + effect[0], held + effect[1]), verb
