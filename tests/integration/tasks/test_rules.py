"""Rules: what is paused is not handed out, and what is limited no more than the limit says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.clock import FakeClock
from shared.db import Store
from shared.errors import Refused
from shared.tasks import dispatch, lifecycle
from shared.tasks.control import change, keep_paused, limit, pause, resume
from shared.tasks.room import Rooms
from shared.tasks.rules import Rule, RuleKey, Scope, find_rule, read_rules
from shared.tasks.status import Status
from tests.memory_yard import BY_PEOPLE, PLAIN, SOLO, MemoryYard, in_threads

P, Q, R, C = Status.PENDING, Status.QUEUED, Status.RUNNING, Status.COMPLETED
PLAIN_QUEUE = RuleKey(Scope.QUEUE, PLAIN.queue)
TWIN = replace(PLAIN, name="TWIN")


def rule_of(yard: MemoryYard, key: RuleKey) -> Rule | None:
    """The rule as it is kept."""
    with yard.store.read() as tx:
        return find_rule(tx, key)


def keys(yard: MemoryYard) -> list[RuleKey]:
    """One key of each kind that concerns PLAIN tasks of the first account."""
    account = yard.account.id
    return [
        PLAIN_QUEUE,
        RuleKey(Scope.TYPE, PLAIN.name),
        RuleKey(Scope.ACCOUNT, account),
        RuleKey(Scope.QUEUE, PLAIN.queue, account),
        RuleKey(Scope.TYPE, PLAIN.name, account),
        RuleKey(Scope.ACCOUNT, account, account),
    ]


@pytest.mark.parametrize("number", range(6))
def test_what_is_paused_waits_and_goes_on_afterwards(yard: MemoryYard, number: int) -> None:
    key = keys(yard)[number]
    earlier = yard.submit_many(3)
    rule = pause(yard.yard, key, actor="somebody")
    assert (rule.is_paused, rule.paused_by) == (True, "somebody")
    later = yard.submit_many(2)
    assert dispatch.release(yard.yard, PLAIN.queue) == 0
    assert yard.statuses(earlier + later) == {P: 5}
    assert yard.run_all() == 0
    assert not resume(yard.yard, key, actor="somebody").is_paused
    assert rule_of(yard, key) is None
    assert dispatch.release(yard.yard, PLAIN.queue) == 5
    assert yard.run_all() == 5
    assert yard.statuses() == {C: 5}
    assert yard.steps(earlier[0]) == [P, Q, P, Q, R, C]
    yard.assert_counted()


@pytest.mark.parametrize("number", range(6))
def test_a_rule_concerns_nobody_else(yard: MemoryYard, number: int) -> None:
    other = yard.open_account("other").id
    pause(yard.yard, keys(yard)[number], actor="somebody")
    assert yard.status(yard.submit(SOLO)) is (P if keys(yard)[number].scope == "account" else Q)
    twin = replace(PLAIN, name="TWIN", queue="twin")
    assert yard.status(yard.submit(twin, account_id=other)) is Q
    its = yard.submit(account_id=other)
    is_yards = number < 2
    dispatch.release(yard.yard, PLAIN.queue)
    assert yard.status(its) is (P if is_yards else Q)


def test_what_runs_goes_on_through_a_pause(yard: MemoryYard) -> None:
    task = yard.started()
    pause(yard.yard, PLAIN_QUEUE, actor="somebody")
    assert yard.completes(task) == {task.id}


def test_to_pause_twice_is_to_pause_once(yard: MemoryYard, clock: FakeClock) -> None:
    first = pause(yard.yard, PLAIN_QUEUE, actor="one")
    clock.advance(5)
    second = pause(yard.yard, PLAIN_QUEUE, actor="two")
    assert (second.paused_at, second.paused_by) == (first.paused_at, "one")
    assert resume(yard.yard, PLAIN_QUEUE, actor="one").paused_at is None
    assert resume(yard.yard, PLAIN_QUEUE, actor="one").paused_at is None


def test_a_pause_and_a_limit_of_the_same_thing_live_side_by_side(yard: MemoryYard) -> None:
    limit(yard.yard, PLAIN_QUEUE, actor="one", max_running=3, per_second=None)
    pause(yard.yard, PLAIN_QUEUE, actor="one")
    yard.submit_many(5)
    assert dispatch.release(yard.yard, PLAIN.queue) == 0
    rule = resume(yard.yard, PLAIN_QUEUE, actor="one")
    assert rule.max_running == 3
    assert dispatch.release(yard.yard, PLAIN.queue) == 3
    limit(yard.yard, PLAIN_QUEUE, actor="one", max_running=None, per_second=None)
    assert rule_of(yard, PLAIN_QUEUE) is None
    assert dispatch.release(yard.yard, PLAIN.queue) == 2


def test_what_was_handed_out_beside_a_pause_comes_back(yard: MemoryYard) -> None:
    pause(yard.yard, PLAIN_QUEUE, actor="somebody")
    ids = yard.submit_many(3)
    with yard.store.begin() as tx:
        lifecycle.queue(tx, ids, actor="late")
    assert keep_paused(yard.yard) == 3
    assert yard.statuses(ids) == {P: 3}
    assert keep_paused(yard.yard) == 0


def test_more_comes_back_than_one_statement_takes(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.tasks.control.BACK_AT_ONCE", 4)
    ids = yard.submit_many(11)
    pause(yard.yard, PLAIN_QUEUE, actor="somebody")
    assert yard.statuses(ids) == {P: 11}


@pytest.mark.parametrize("number", range(6))
def test_no_more_runs_at_once_than_the_limit(yard: MemoryYard, number: int) -> None:
    limit(yard.yard, keys(yard)[number], actor="somebody", max_running=3, per_second=None)
    ids = yard.submit_many(8)
    assert yard.statuses(ids) == {P: 8}
    assert dispatch.release(yard.yard, PLAIN.queue) == 3
    assert dispatch.release(yard.yard, PLAIN.queue) == 0
    running = yard.claim(*ids)
    assert len(running) == 3
    assert dispatch.release(yard.yard, PLAIN.queue) == 0
    yard.completes(*running[:2])
    assert dispatch.release(yard.yard, PLAIN.queue) == 2
    assert dispatch.release(yard.yard, PLAIN.queue) == 0


def test_a_limit_of_an_account_counts_all_its_queues(yard: MemoryYard) -> None:
    key = RuleKey(Scope.ACCOUNT, yard.account.id)
    limit(yard.yard, key, actor="somebody", max_running=2, per_second=None)
    yard.submit_many(3)
    yard.submit_many(3, SOLO)
    assert [dispatch.release(yard.yard, q) for q in (PLAIN.queue, SOLO.queue)] == [2, 0]


def test_a_limit_of_a_type_leaves_the_others_of_its_queue_alone(yard: MemoryYard) -> None:
    yard.yard.registry.types[TWIN.name] = TWIN
    limit(yard.yard, RuleKey(Scope.TYPE, PLAIN.name), actor="me", max_running=1, per_second=None)
    plain = yard.submit_many(3)
    twins = yard.hold_back(3, TWIN)
    assert dispatch.release(yard.yard, PLAIN.queue) == 4
    assert yard.statuses(plain) == {Q: 1, P: 2}
    assert yard.statuses(twins) == {Q: 3}


def test_two_schedulers_keep_a_limit_to_the_letter(yard: MemoryYard) -> None:
    limit(yard.yard, PLAIN_QUEUE, actor="somebody", max_running=5, per_second=None)
    ids = yard.submit_many(40)
    second = Store(yard.store.url)
    yards = [yard.yard, replace(yard.yard, store=second)]
    most = []

    def schedule(number: int) -> None:
        for _ in range(15):
            dispatch.release(yards[number % 2], PLAIN.queue)
            running = yard.statuses(ids)
            most.append(running[Q] + running[R])

    in_threads(2, schedule)
    second.close()
    assert max(most) == 5


@pytest.mark.parametrize(
    ("per_second", "seconds", "expected"),
    [
        (2.0, [0.0, 0.4, 0.1, 1.0, 60.0], [2, 0, 1, 2, 2]),
        (0.1, [0.0, 5.0, 5.0, 3600.0, 0.0], [1, 0, 1, 1, 0]),
        (5.0, [0.0, 0.2, 0.2, 0.2, 1.0], [5, 1, 1, 1, 5]),
    ],
)
def test_no_more_is_handed_out_in_a_second_than_the_rate_says(
    yard: MemoryYard, clock: FakeClock, per_second: float, seconds: list[float], expected: list[int]
) -> None:
    limit(yard.yard, PLAIN_QUEUE, actor="somebody", max_running=None, per_second=per_second)
    yard.submit_many(20)
    released = []
    for pause_seconds in seconds:
        clock.advance(pause_seconds)
        released.append(dispatch.release(yard.yard, PLAIN.queue))
    assert released == expected


def test_a_rate_that_is_set_again_gives_nothing_for_free(
    yard: MemoryYard, clock: FakeClock
) -> None:
    yard.hold_back(20)
    for _ in range(5):
        limit(yard.yard, PLAIN_QUEUE, actor="me", max_running=None, per_second=1.0)
        dispatch.release(yard.yard, PLAIN.queue)
    assert yard.statuses()[Q] == 1


def test_questions_for_people_are_not_counted_but_paused(yard: MemoryYard) -> None:
    key = RuleKey(Scope.TYPE, BY_PEOPLE.name)
    limit(yard.yard, key, actor="somebody", max_running=2, per_second=None)
    ids = yard.submit_many(5, BY_PEOPLE, deadline_seconds=60)
    for _ in range(3):
        dispatch.release(yard.yard, BY_PEOPLE.queue)
    assert yard.statuses(ids) == {R: 5}
    pause(yard.yard, key, actor="somebody")
    more = yard.submit(BY_PEOPLE, deadline_seconds=60)
    dispatch.release(yard.yard, BY_PEOPLE.queue)
    assert yard.status(more) is P


def test_rules_are_listed_by_owner(yard: MemoryYard) -> None:
    for key in keys(yard):
        pause(yard.yard, key, actor="somebody")
    with yard.store.read() as tx:
        assert {rule.key for rule in read_rules(tx)} == set(keys(yard))
        own = {rule.key for rule in read_rules(tx, yard.account.id)}
    assert own == {key for key in keys(yard) if key.owner_id == yard.account.id}


def test_tenants_who_may_not_go_take_nobodys_place(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.tasks.choice.MOST_TENANTS", 3)
    paused = [yard.open_account(f"paused{n}", cents=0).id for n in range(10)]
    for account in paused:
        yard.hold_back(1, SOLO, account_id=account)
        pause(yard.yard, RuleKey(Scope.ACCOUNT, account), actor="somebody")
    wanted = yard.hold_back(3, SOLO)
    assert dispatch.release(yard.yard, SOLO.queue) == 3
    assert yard.statuses(wanted) == {Q: 3}


def test_more_tenants_who_may_not_go_than_are_looked_through_at_once_are_passed_in_time(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.tasks.choice.MOST_TENANTS", 2)
    monkeypatch.setattr("shared.tasks.choice.MOST_WINDOWS", 2)
    last = max([yard.account.id, *(yard.open_account(f"other{n}", cents=0).id for n in range(9))])
    for row in {yard.open_account(f"paused{n}", cents=0).id for n in range(9)} - {last}:
        yard.hold_back(1, SOLO, account_id=row)
        pause(yard.yard, RuleKey(Scope.ACCOUNT, row), actor="somebody")
    yard.hold_back(1, SOLO, account_id=last)
    rooms = Rooms()
    released = [dispatch.release(yard.yard, SOLO.queue, rooms) for _ in range(4)]
    assert sum(released) == 1


def test_a_clock_that_was_put_back_stops_no_rate(yard: MemoryYard, clock: FakeClock) -> None:
    limit(yard.yard, PLAIN_QUEUE, actor="me", max_running=None, per_second=1.0)
    yard.submit_many(5)
    clock.advance(3600)
    assert dispatch.release(yard.yard, PLAIN.queue) == 1
    clock.advance(-3600)
    assert dispatch.release(yard.yard, PLAIN.queue) == 1
    assert dispatch.release(yard.yard, PLAIN.queue) == 0


def test_two_clocks_that_differ_a_little_give_nothing_for_free(
    yard: MemoryYard, clock: FakeClock
) -> None:
    limit(yard.yard, PLAIN_QUEUE, actor="me", max_running=None, per_second=1.0)
    yard.submit_many(5)
    released = []
    for seconds in (0, 1, -1, 1, -1, 1):
        clock.advance(seconds)
        released.append(dispatch.release(yard.yard, PLAIN.queue))
    assert released == [1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_limit_is_a_number(yard: MemoryYard, value: float) -> None:
    with pytest.raises(Refused):
        limit(yard.yard, PLAIN_QUEUE, actor="me", per_second=value)
    assert rule_of(yard, PLAIN_QUEUE) is None


def test_a_pause_and_a_limit_can_come_at_once_and_keep_what_is_not_said(yard: MemoryYard) -> None:
    change(yard.yard, PLAIN_QUEUE, actor="me", paused=True, max_running=3, per_second=2.0)
    rule = change(yard.yard, PLAIN_QUEUE, actor="me", max_running=None)
    assert (rule.is_paused, rule.max_running, rule.per_second) == (True, None, 2.0)
