"""Who has next to nothing under way does not wait behind others' backlogs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from shared.tasks import dispatch
from shared.tasks.control import limit, pause, resume
from shared.tasks.express import FEW
from shared.tasks.room import least_units
from shared.tasks.rules import RuleKey, Scope
from shared.tasks.status import Status
from tests.memory_yard import BY_PEOPLE, PLAIN, SOLO, MemoryYard

P, Q = Status.PENDING, Status.QUEUED


def submit(yard: MemoryYard, count: int, account_id: str, **changes: Any) -> list[str]:
    """Submit as a gateway does that has just started; the ids."""
    drafts = [yard.draft(SOLO, account_id=account_id, **changes) for _ in range(count)]
    dispatch.submit(yard.yard, drafts)
    return [draft.id for draft in drafts]


def test_a_quiet_tenant_goes_ahead_of_anothers_backlog(yard: MemoryYard) -> None:
    noisy = yard.submit_many(10, SOLO)
    yard.hold_back(50, SOLO)
    (quiet,) = submit(yard, 1, yard.open_account("quiet").id)
    assert yard.status(quiet) is Q
    assert yard.sent(SOLO) == [(quiet,), *((i,) for i in noisy)]


def test_whoever_wants_more_stands_in_line(yard: MemoryYard) -> None:
    yard.hold_back(50, SOLO)
    ids = submit(yard, FEW + 3, yard.open_account("quiet").id)
    assert [yard.status(i) for i in ids] == [Q] * FEW + [P] * 3


def test_what_is_under_way_already_counts(yard: MemoryYard) -> None:
    yard.hold_back(50, SOLO)
    quiet = yard.open_account("quiet").id
    first = submit(yard, FEW, quiet)
    assert yard.status(submit(yard, 1, quiet)[0]) is P
    yard.completes(*yard.claim(*first))
    assert yard.status(submit(yard, 1, quiet)[0]) is P, "one more of its own waits"


def test_what_is_over_counts_no_more(yard: MemoryYard) -> None:
    yard.hold_back(50, SOLO)
    quiet = yard.open_account("quiet").id
    running = yard.claim(*submit(yard, FEW, quiet))
    yard.completes(*running[:2])
    assert yard.statuses(submit(yard, 2, quiet)) == {Q: 2}


def test_each_tenant_of_one_commit_has_its_own_few(yard: MemoryYard) -> None:
    yard.hold_back(50, SOLO)
    tenants = [yard.open_account(f"quiet{n}").id for n in range(3)]
    drafts = [yard.draft(SOLO, account_id=tenant) for tenant in tenants * (FEW + 1)]
    dispatch.submit(yard.yard, drafts)
    sent = Counter(yard.task(i).account_id for (i,) in yard.sent(SOLO))
    assert sent == dict.fromkeys(tenants, FEW)


def test_who_has_room_needs_no_express(yard: MemoryYard) -> None:
    quiet = yard.submit(PLAIN)
    assert yard.sent(PLAIN) == [(quiet,)]
    assert not any(message.express for message in yard.broker.queues[PLAIN.queue])


def test_questions_for_people_do_not_count(yard: MemoryYard) -> None:
    quiet = yard.open_account("quiet").id
    asked = replace(BY_PEOPLE, queue=SOLO.queue)
    yard.submit_many(FEW, asked, account_id=quiet, deadline_seconds=60)
    yard.hold_back(50, SOLO)
    assert yard.status(submit(yard, 1, quiet)[0]) is Q


def test_rules_hold_for_express_too(yard: MemoryYard) -> None:
    yard.hold_back(50, SOLO)
    quiet, other = yard.open_account("quiet").id, yard.open_account("other").id
    pause(yard.yard, RuleKey(Scope.ACCOUNT, quiet), actor="somebody")
    limit(yard.yard, RuleKey(Scope.ACCOUNT, other), actor="me", max_running=1, per_second=None)
    for account in (quiet, other):
        assert yard.statuses(submit(yard, 2, account)) == {P: 2}


def test_neither_lane_fills_up_the_others_room(yard: MemoryYard) -> None:
    yard.hold_back(50, SOLO)
    greedy = submit(yard, FEW, yard.open_account("greedy").id)
    assert yard.statuses(greedy) == {Q: FEW}
    assert dispatch.release(yard.yard, SOLO.queue) == least_units(SOLO.batch_size)


def test_the_express_lane_has_an_end(yard: MemoryYard) -> None:
    yard.hold_back(50, SOLO)
    first = submit(yard, FEW, yard.open_account("first").id)
    second = submit(yard, FEW, yard.open_account("second").id)
    assert yard.statuses(first + second) == {Q: FEW, P: FEW}


def test_what_comes_back_is_express_no_more(yard: MemoryYard) -> None:
    yard.hold_back(3, SOLO)
    (task_id,) = submit(yard, 1, yard.open_account("quiet").id)
    assert yard.task(task_id).express
    pause(yard.yard, RuleKey(Scope.QUEUE, SOLO.queue), actor="somebody")
    resume(yard.yard, RuleKey(Scope.QUEUE, SOLO.queue), actor="somebody")
    yard.broker.queues.clear()
    dispatch.release(yard.yard, SOLO.queue)
    assert (yard.status(task_id), yard.task(task_id).express) == (Q, False)
