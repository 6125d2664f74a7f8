"""Asking for the same work again: a waiting task is enough, a running one is followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest

from shared.db import Store, Transaction
from shared.errors import Unavailable
from shared.ids import new_id
from shared.settings import Settings
from shared.tasks import dispatch, lifecycle, requests
from shared.tasks.draft import Accepted, Draft
from shared.tasks.status import Status
from tests.integration.tasks.test_submit import lose_answers
from tests.memory_yard import TARGETED, MemoryYard, in_threads

PLACE, ELSEWHERE = new_id(), new_id()


def ask(yard: MemoryYard, *payloads: dict[str, Any]) -> list[str]:
    """Request tasks with these payloads (all of one thing by default); the ids answered."""
    drafts = [yard.draft(TARGETED, payload=p) for p in payloads or ({"at": PLACE},)]
    answers = dispatch.request(yard.yard, lambda _: drafts)
    return [answer.task_id for answer in answers if isinstance(answer, Accepted)]


def test_a_request_is_handed_out_at_once_where_there_is_room(yard: MemoryYard) -> None:
    (asked,) = ask(yard)

    assert yard.steps(asked) == ["pending", "queued"]
    assert yard.task(asked).target_id == PLACE
    assert yard.sent(TARGETED) == [(asked,)]


def test_a_task_that_waits_is_the_answer_to_the_same_request(yard: MemoryYard) -> None:
    first = ask(yard)

    assert ask(yard) == first
    assert ask(yard, {"at": PLACE}, {"at": PLACE}) == first * 2
    assert yard.statuses() == {Status.QUEUED: 1}


def test_a_request_whose_commit_was_not_answered_is_read_back(yard: MemoryYard) -> None:
    lose_answers(yard.store, commits=True)

    (asked,) = ask(yard)

    assert yard.statuses() == {Status.QUEUED: 1}
    assert yard.sent(TARGETED) == [(asked,)]


def test_who_cannot_know_whether_a_request_was_stored_is_told_so(yard: MemoryYard) -> None:
    lose_answers(yard.store, commits=False)

    with pytest.raises(Unavailable) as told:
        ask(yard)

    assert told.value.outcome_unknown
    assert yard.statuses() == {}


def test_who_asks_a_store_that_stays_away_is_told_that_nobody_knows(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise Unavailable("The store is away.")

    lose_answers(yard.store, commits=True)
    with monkeypatch.context() as patched:
        patched.setattr(yard.store, "read", away)
        with pytest.raises(Unavailable) as told:
            ask(yard)

    assert told.value.outcome_unknown
    assert yard.statuses() == {Status.QUEUED: 1}


def test_what_works_on_no_target_is_always_a_task_of_its_own(yard: MemoryYard) -> None:
    drafts = [yard.draft(payload={}), yard.draft(payload={})]
    answers = dispatch.request(yard.yard, lambda _: drafts)

    assert [a.task_id for a in answers if isinstance(a, Accepted)] == [d.id for d in drafts]


def test_a_task_that_somebody_put_off_is_no_answer(yard: MemoryYard) -> None:
    later = yard.store.now() + timedelta(days=365)
    put_off = yard.submit(TARGETED, payload={"at": PLACE}, not_before=later, dialect="buyers")
    draft = yard.draft(TARGETED, payload={"at": PLACE}, dialect="jobs")

    answers = dispatch.request(yard.yard, lambda _: [draft])

    assert [getattr(a, "task_id", None) for a in answers] == [draft.id]
    assert (yard.status(put_off), yard.status(draft.id)) == (Status.PENDING, Status.QUEUED)


@pytest.mark.parametrize(
    "other", [{"at": ELSEWHERE}, {"at": PLACE, "how": "otherwise"}], ids=["target", "payload"]
)
def test_another_request_is_a_task_of_its_own(yard: MemoryYard, other: dict[str, Any]) -> None:
    assert ask(yard) != ask(yard, other)


def test_another_account_has_its_own_task(yard: MemoryYard) -> None:
    mine = yard.draft(TARGETED, payload={"at": PLACE})
    theirs = replace(mine, id=new_id(), account_id=yard.open_account("other").id)

    answers = dispatch.request(yard.yard, lambda _: [mine, theirs])

    assert [getattr(a, "task_id", None) for a in answers] == [mine.id, theirs.id]


def test_a_running_task_is_followed_by_one_more(yard: MemoryYard) -> None:
    running = yard.claim(*ask(yard))[0]
    (follower,) = ask(yard)

    assert ask(yard) == [follower]
    assert yard.task(follower).blocked_by == 1
    yard.completes(running)
    assert yard.task(follower).due


def test_the_follower_comes_also_after_a_failure(yard: MemoryYard) -> None:
    running = yard.claim(*ask(yard))[0]
    (follower,) = ask(yard)

    yard.fails_for_good(running)

    assert yard.task(follower).due


def test_a_task_that_is_to_be_canceled_is_no_answer(yard: MemoryYard) -> None:
    running = yard.claim(*ask(yard))[0]
    yard.cancel(running.id)

    assert ask(yard) != [running.id]


def test_what_is_over_is_asked_for_anew(yard: MemoryYard) -> None:
    first = ask(yard)
    yard.completes(*yard.claim(*first))

    (second,) = ask(yard)

    assert second not in first
    assert yard.task(second).blocked_by == 0


def test_requests_at_the_same_time_make_one_task(yard: MemoryYard) -> None:
    asked = in_threads(8, lambda _: ask(yard))

    assert len({task_id for ids in asked for task_id in ids}) == 1


def test_a_waiting_task_begins_only_when_what_was_changed_can_be_read(
    postgres_store: Store, settings: Settings
) -> None:
    postgres_yard = MemoryYard(postgres_store, settings)
    (waiting,) = ask(postgres_yard)
    asked, claimed = Event(), []

    def claim() -> None:
        asked.wait()
        claimed.extend(postgres_yard.claim(waiting))

    thread = Thread(target=claim)
    thread.start()
    with postgres_yard.store.begin() as tx:
        answers = requests.store(tx, [postgres_yard.draft(TARGETED, payload={"at": PLACE})]).answers
        asked.set()
        thread.join(0.2)
        assert not claimed
    thread.join()

    assert [a.task_id for a in answers if isinstance(a, Accepted)] == [waiting]
    assert [task.id for task in claimed] == [waiting]


def test_rows_are_changed_in_the_commit_of_the_request(yard: MemoryYard) -> None:
    other = yard.hold_back()[0]

    def cancel_and_ask(tx: Transaction) -> Sequence[Draft]:
        lifecycle.cancel(tx, other, Status.PENDING, actor="tests")
        return [yard.draft(TARGETED, payload={"at": PLACE})]

    dispatch.request(yard.yard, cancel_and_ask)

    assert yard.statuses() == {Status.CANCELED: 1, Status.QUEUED: 1}


def test_what_follows_is_stored_in_the_commit_of_the_result(yard: MemoryYard) -> None:
    then = [{"at": ELSEWHERE}]
    running = yard.claim(*ask(yard, {"at": PLACE, "then": then}))

    yard.completes(*running)

    assert yard.statuses() == {Status.COMPLETED: 1, Status.PENDING: 1}


def test_a_late_result_is_followed_by_nothing(yard: MemoryYard) -> None:
    running = yard.claim(*ask(yard, {"at": PLACE, "then": [{"at": ELSEWHERE}]}))
    yard.fails(*running)

    yard.completes(*running)

    assert yard.statuses() == {Status.PENDING: 1}
