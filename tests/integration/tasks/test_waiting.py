"""Why a task is not running, told from its rows on both stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.clock import FakeClock
from shared.tasks import control, dispatch, line, mutex
from shared.tasks.backlog import wake
from shared.tasks.line import Place
from shared.tasks.reason import Bound, Reason, WaitingFor
from shared.tasks.registry import Registry
from shared.tasks.rules import RuleKey, Scope
from shared.tasks.waiting_facts import waiting_for
from tests.answering import give_machine_answers
from tests.memory_yard import ASKED, BY_PEOPLE, PLAIN, SOLO, USES, USES_TOO, MemoryYard

QUEUE = RuleKey(Scope.QUEUE, PLAIN.queue)


def why(yard: MemoryYard, task_id: str, registry: Registry | None = None) -> WaitingFor | None:
    """What the task waits for."""
    with yard.store.read() as tx:
        return waiting_for(tx, yard.task(task_id), registry or yard.yard.registry)


def reason(yard: MemoryYard, task_id: str) -> Reason:
    """The reason alone."""
    found = why(yard, task_id)
    assert found is not None
    return found.reason


def place(yard: MemoryYard, task_id: str) -> Place:
    """How many go first."""
    found = why(yard, task_id)
    assert found is not None
    assert found.place is not None
    return found.place


def test_a_task_waits_for_those_of_its_parents_that_are_not_over(yard: MemoryYard) -> None:
    over, *open_ = yard.submit_many(3)
    yard.completes(*yard.claim(over))
    child = yard.submit(after=(over, *open_))

    found = why(yard, child)

    assert found is not None
    assert (found.reason, found.task_ids) == (Reason.PARENTS, tuple(open_))


def test_a_task_waits_for_its_time_and_then_for_its_turn(
    clock: FakeClock, yard: MemoryYard
) -> None:
    later = clock.now() + timedelta(hours=1)
    task_id = yard.submit(not_before=later)
    found = why(yard, task_id)
    assert found is not None
    assert (found.reason, found.until) == (Reason.TIME, later)

    clock.advance(3601)
    assert reason(yard, task_id) is Reason.TURN
    yard.store.transact(wake)
    assert reason(yard, task_id) is Reason.TURN


def test_a_retry_waits_for_its_time(clock: FakeClock, yard: MemoryYard) -> None:
    running = yard.started()
    yard.fails(running)

    found = why(yard, running.id)

    assert found is not None
    assert (found.reason, found.until) == (Reason.TIME, clock.now() + timedelta(seconds=10))
    assert "retry 1 of 3" in found.detail


def test_a_task_waits_for_somebody_who_knows_its_type(yard: MemoryYard) -> None:
    (task_id,) = yard.hold_back()
    control.pause(yard.yard, QUEUE, actor="tests")

    found = why(yard, task_id, Registry({}))

    assert found is not None
    assert found.reason is Reason.TYPE


@pytest.mark.parametrize("scope", list(Scope))
def test_a_task_waits_for_the_end_of_a_pause(yard: MemoryYard, scope: Scope) -> None:
    names = {Scope.QUEUE: "plain", Scope.TYPE: "PLAIN", Scope.ACCOUNT: yard.account.id}
    key = RuleKey(scope, names[scope])
    task_id = yard.submit()
    rule = control.pause(yard.yard, key, actor="Ada")

    found = why(yard, task_id)

    assert found is not None
    assert (found.reason, found.rule, found.since) == (Reason.PAUSE, key, rule.paused_at)
    assert "Ada" in found.detail
    control.resume(yard.yard, key, actor="Ada")
    assert reason(yard, task_id) is Reason.TURN


def test_the_pause_of_another_account_concerns_nobody_else(yard: MemoryYard) -> None:
    other = yard.open_account("other")
    (task_id,) = yard.hold_back()
    for key in (replace(QUEUE, owner_id=other.id), RuleKey(Scope.ACCOUNT, other.id)):
        control.pause(yard.yard, key, actor="tests")

    assert reason(yard, task_id) is Reason.TURN


def test_a_task_waits_until_fewer_run_than_a_limit_allows(yard: MemoryYard) -> None:
    control.limit(yard.yard, QUEUE, actor="tests", max_running=2, per_second=None)
    first, *_, last = yard.submit_many(3)
    dispatch.release(yard.yard, "plain")
    yard.claim(first)

    found = why(yard, last)

    assert found is not None
    assert (found.reason, found.rule, found.bound) == (Reason.LIMIT, QUEUE, Bound.MAX_RUNNING)
    assert (found.running, found.allowed) == (2, 2)


def test_a_task_waits_for_the_next_of_so_many_a_second(clock: FakeClock, yard: MemoryYard) -> None:
    control.limit(yard.yard, QUEUE, actor="tests", max_running=None, per_second=1.0)
    _, last = yard.submit_many(2)
    dispatch.release(yard.yard, "plain")

    found = why(yard, last)
    assert found is not None
    assert (found.reason, found.bound, found.allowed) == (Reason.LIMIT, Bound.PER_SECOND, 1.0)

    clock.advance(2)
    assert reason(yard, last) is Reason.TURN


def test_own_tasks_go_first_by_their_turn(yard: MemoryYard) -> None:
    older, task_id = yard.hold_back(2)
    (urgent,) = yard.hold_back(priority=9)
    yard.hold_back(priority=0)
    yard.hold_back(kind=SOLO)

    assert place(yard, urgent) == Place(0)
    assert place(yard, older) == Place(1)
    assert place(yard, task_id) == Place(2)


def test_others_go_first_in_turn(yard: MemoryYard) -> None:
    flood, few = yard.open_account("flood"), yard.open_account("few")
    yard.hold_back(50, account_id=flood.id)
    yard.hold_back(2, account_id=few.id)
    ids = yard.hold_back(5)

    assert place(yard, ids[0]) == Place(0 + 1 + 1)
    assert place(yard, ids[4]) == Place(4 + 5 + 2)


def test_what_is_far_away_is_not_counted_on(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "FARTHEST", 3)
    others = [yard.open_account(f"other-{n}") for n in range(5)]
    for account in others:
        yard.hold_back(account_id=account.id)
    ids = yard.hold_back(6)

    assert place(yard, ids[0]) == Place(3, is_more=True)
    assert place(yard, ids[5]) == Place(3, is_more=True)


def test_a_queued_task_waits_for_a_worker_behind_those_handed_out_before(yard: MemoryYard) -> None:
    first, second, third = yard.submit_many(3)

    assert [place(yard, one) for one in (first, second, third)] == [Place(0), Place(1), Place(2)]
    found = why(yard, third)
    assert found is not None
    assert (found.reason, found.since) == (Reason.WORKER, yard.task(third).queued_at)
    yard.claim(first)
    assert place(yard, third) == Place(1)


def test_a_task_for_people_waits_for_answers(yard: MemoryYard) -> None:
    payload = {"validationsNeeded": 4}
    task_id = yard.submit(BY_PEOPLE, payload=payload, deadline_seconds=60, annotators="human")
    give_machine_answers(yard.yard, task_id, ["yes"])

    found = why(yard, task_id)

    assert found is not None
    assert (found.reason, found.given, found.wanted) == (Reason.ANSWERS, 1, 5)
    assert found.until == yard.task(task_id).deadline_at


def test_what_runs_on_a_worker_or_is_over_waits_for_nothing(yard: MemoryYard) -> None:
    running = yard.started()
    assert why(yard, running.id) is None
    yard.completes(running)
    assert why(yard, running.id) is None
    canceled = yard.submit(ASKED)
    yard.cancel(canceled)
    assert why(yard, canceled) is None


def need(yard: MemoryYard, *names: str, count: int = 1) -> list[str]:
    """Due tasks that need those mutexes; their ids."""
    return yard.hold_back(count, USES, payload={"needs": list(names)})


def close(yard: MemoryYard, name: str, seconds: int | None = None) -> None:
    """Close a mutex, for so long where that is said."""
    with yard.store.begin() as tx:
        until = None if seconds is None else tx.now + timedelta(seconds=seconds)
        mutex.close(tx, name, f"The {name} is closed.", until)


def test_a_task_waits_for_a_mutex_that_is_closed(yard: MemoryYard, clock: FakeClock) -> None:
    (task_id,) = need(yard, "a", "b")
    close(yard, "a", seconds=60)
    found = why(yard, task_id)
    assert found is not None
    assert (found.reason, found.detail) == (Reason.MUTEX, "The a is closed.")
    assert found.until == clock.now() + timedelta(seconds=60)

    close(yard, "b")
    found = why(yard, task_id)
    assert found is not None
    assert (found.detail, found.until) == ("The b is closed.", None), "the longest is told"

    with yard.store.begin() as tx:
        mutex.reopen(tx, "b")
    clock.advance(60)
    assert reason(yard, task_id) is Reason.TURN
    assert dispatch.release(yard.yard, USES.queue) == 1


def test_a_task_waits_for_those_that_have_its_mutexes(yard: MemoryYard) -> None:
    device, account = need(yard, "device/1")[0], need(yard, "account/7")[0]
    dispatch.release(yard.yard, USES.queue)
    yard.claim(account)
    (task_id,) = need(yard, "device/1", "account/7")

    found = why(yard, task_id)

    assert found is not None
    assert (found.reason, found.task_ids) == (Reason.MUTEX, (device, account))
    assert found.detail == f"Task {yard.task(device).number} has the device now."
    assert found.place == Place(0)
    assert reason(yard, need(yard, "device/2")[0]) is Reason.TURN


def test_only_those_count_who_need_the_same_and_can_go(yard: MemoryYard) -> None:
    need(yard, "a", count=3)
    need(yard, "a", "b", count=2)
    yard.hold_back(1, USES_TOO, payload={"needs": ["a"]})
    need(yard, "c", count=5)
    yard.hold_back(1, USES, payload={"needs": ["a"]}, account_id=yard.open_account("other").id)
    (task_id,) = need(yard, "a")
    need(yard, "a")

    assert place(yard, task_id) == Place(6)
    close(yard, "b")
    assert place(yard, task_id) == Place(4)
    dispatch.release(yard.yard, USES.queue)
    assert reason(yard, task_id) is Reason.MUTEX
    assert place(yard, task_id) == Place(3)


def test_a_task_that_waits_behind_one_that_keeps_its_mutex_is_not_the_next(
    yard: MemoryYard,
) -> None:
    need(yard, "b")
    dispatch.release(yard.yard, USES.queue)
    older, younger = need(yard, "a", "b")[0], need(yard, "a")[0]

    assert dispatch.release(yard.yard, USES.queue) == 0
    assert reason(yard, older) is Reason.MUTEX
    assert (reason(yard, younger), place(yard, younger)) == (Reason.TURN, Place(1))


def test_what_is_far_away_in_a_line_is_not_counted_on(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "FARTHEST", 3)
    monkeypatch.setattr("shared.tasks.mutex_line.FARTHEST", 3)

    assert place(yard, need(yard, "a", count=6)[-1]) == Place(3, is_more=True)


def test_a_type_that_is_gone_is_told_before_a_mutex(yard: MemoryYard) -> None:
    (task_id,) = need(yard, "a")
    close(yard, "a")

    found = why(yard, task_id, Registry({}))

    assert found is not None
    assert found.reason is Reason.TYPE
