"""Submitted means stored, paid for and sent where there is room; the rest is refused."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.accounts.account import get_account
from shared.clock import FakeClock
from shared.db import Store
from shared.errors import CreditsExhausted, Refused, Unavailable
from shared.ids import new_id
from shared.tasks import dispatch, submission
from shared.tasks.draft import Accepted, Draft
from shared.tasks.room import Rooms, least_units
from shared.tasks.status import Status
from shared.tasks.task import PEOPLE
from tests.memory_yard import ASKED, BY_PEOPLE, PLAIN, PRICE, SOLO, MemoryYard, in_threads

P, Q = Status.PENDING, Status.QUEUED
ROOM = least_units(SOLO.batch_size)


def unstorable(yard: MemoryYard) -> Draft:
    """A draft that the store refuses, each kind in its own way."""
    if yard.store.dialect == "postgresql":
        return yard.draft(payload={"text": "a\0b"})
    return yard.draft(account_id=new_id())


def test_a_task_is_stored_as_it_was_drafted(yard: MemoryYard, clock: FakeClock) -> None:
    project = new_id()
    given = {"text": "ça va? 你好 🙂", "deep": {"list": [1, 2.5, None, True, "\u2028"]}, "n": 2**53}
    draft = yard.draft(
        payload=given, source="ui", project_id=project, priority=7, cost_cents=PRICE,
        max_retries=5, annotators="mixed", caller_metadata={"order": [17]}, deadline_seconds=60,
    )  # fmt: skip
    answer = dispatch.submit(yard.yard, [draft])[0]
    task = yard.task(draft.id)
    assert answer == Accepted(draft.id, task.number, PRICE)
    assert task.payload == given
    assert task.caller_metadata == {"order": [17]}
    assert (task.type, task.queue, task.dialect, task.source) == ("PLAIN", "plain", "buyers", "ui")
    assert (task.project_id, task.priority, task.max_retries) == (project, 7, 5)
    assert (task.annotators, task.cost_cents) == ("mixed", PRICE)
    assert task.created_at == task.queued_at == clock.now()
    assert task.deadline_at == clock.now() + timedelta(seconds=60)
    assert (task.attempt, task.retry_count, task.lost_leases, task.deaths) == (0, 0, 0, 0)


def test_a_task_that_is_due_is_sent_when_there_is_room(yard: MemoryYard) -> None:
    task_id = yard.submit()
    assert yard.sent() == [(task_id,)]
    assert yard.steps(task_id) == [P, Q]
    yard.assert_counted()


def test_small_tasks_share_messages_and_slow_ones_have_their_own(yard: MemoryYard) -> None:
    ids = yard.submit_many(25)
    slow = yard.submit(payload={"slow": True})
    assert yard.sent() == [tuple(ids[:10]), tuple(ids[10:20]), tuple(ids[20:]), (slow,)]


def test_a_type_without_batches_is_sent_one_by_one(yard: MemoryYard) -> None:
    ids = yard.submit_many(3, SOLO)
    assert yard.sent(SOLO) == [(task_id,) for task_id in ids]


def test_a_task_whose_time_has_not_come_stays_pending(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = yard.submit(not_before=clock.now() + timedelta(seconds=1))
    assert yard.steps(task_id) == [P]
    assert yard.sent() == []


def test_a_time_that_is_over_is_no_time_to_wait_for(yard: MemoryYard, clock: FakeClock) -> None:
    task_id = yard.submit(not_before=clock.now() - timedelta(days=1))
    assert yard.status(task_id) is Q
    assert yard.task(task_id).not_before is None


def test_no_more_is_sent_than_there_is_room_for(yard: MemoryYard) -> None:
    drafts = [yard.draft(SOLO) for _ in range(ROOM + 5)]
    dispatch.submit(yard.yard, drafts)
    ids = [draft.id for draft in drafts]
    assert yard.statuses(ids) == {Q: ROOM, P: 5}
    assert [i for message in yard.sent(SOLO) for i in message] == ids[:ROOM]
    yard.assert_counted()


def test_newcomers_stand_behind_those_who_wait(yard: MemoryYard) -> None:
    yard.hold_back(1, SOLO)
    assert yard.status(yard.submit(SOLO)) is P


def test_room_that_was_given_away_is_gone(yard: MemoryYard, clock: FakeClock) -> None:
    rooms = Rooms()
    with yard.store.read() as tx:
        assert rooms.take(tx, SOLO, [1] * (ROOM - 1)) == ROOM - 1
        assert rooms.take(tx, SOLO, [1] * 10) == 1
        assert rooms.take(tx, SOLO, [1] * 10) == 0
        assert rooms.take(tx, PLAIN, [1] * 10) == 10


def test_room_is_measured_again_after_a_moment(yard: MemoryYard, clock: FakeClock) -> None:
    rooms = Rooms()
    taken = []
    for seconds in (0, 0.05, 0.1):
        clock.advance(seconds)
        with yard.store.read() as tx:
            taken.append(rooms.take(tx, SOLO, [1] * 1000))
    assert taken[:2] == [ROOM, 0]
    assert taken[2] >= ROOM


def test_what_workers_have_no_part_in_is_with_people_at_once(yard: MemoryYard) -> None:
    task_id = yard.submit(BY_PEOPLE, payload={"validationsNeeded": 5}, deadline_seconds=3600)
    task = yard.task(task_id)
    assert (task.status, task.holder, task.answers_wanted) == (Status.RUNNING, PEOPLE, 5)
    assert task.lease_expires_at == task.deadline_at
    assert yard.sent(BY_PEOPLE) == []


@pytest.mark.parametrize(("annotators", "status"), [("human", Status.RUNNING), ("mixed", Q)])
def test_who_wants_people_alone_gets_people_alone(
    yard: MemoryYard, annotators: str, status: Status
) -> None:
    task_id = yard.submit(ASKED, annotators=annotators, deadline_seconds=3600)
    assert yard.status(task_id) is status
    assert len(yard.sent(ASKED)) == (status is Q)


def test_with_the_broker_down_tasks_are_accepted_all_the_same(
    yard: MemoryYard, caplog: pytest.LogCaptureFixture
) -> None:
    yard.broker.is_down = True
    task_id = yard.submit()
    assert yard.status(task_id) is Q
    assert "1 tasks are stored and will be sent when the broker is back" in caplog.text


def test_a_row_that_the_store_refuses_costs_only_itself(
    yard: MemoryYard, caplog: pytest.LogCaptureFixture
) -> None:
    drafts = [yard.draft(cost_cents=1) for _ in range(9)]
    drafts.insert(4, unstorable(yard))
    with caplog.at_level(logging.WARNING):
        answers = dispatch.submit(yard.yard, drafts)
    assert isinstance(answers[4], Refused)
    assert answers[4].code == "INVALID_FIELD"
    accepted = [answer for answer in answers if isinstance(answer, Accepted)]
    assert [a.task_id for a in accepted] == [d.id for n, d in enumerate(drafts) if n != 4]
    assert "the store refuses a PLAIN" in caplog.text
    assert yard.money() == (9991, 9)
    assert sorted(i for message in yard.sent() for i in message) == [a.task_id for a in accepted]


def test_a_value_that_is_no_json_costs_only_its_own_task(yard: MemoryYard) -> None:
    drafts = [yard.draft(), yard.draft(payload={"text": "\ud800"}), yard.draft()]
    answers = dispatch.submit(yard.yard, drafts)
    assert [type(answer) for answer in answers] == [Accepted, Refused, Accepted]


def test_what_the_balance_does_not_cover_is_refused_and_the_rest_accepted(
    yard: MemoryYard,
) -> None:
    poor = yard.open_account("poor", cents=50)
    costs = [20, 20, 20, 10, 0, 1]
    drafts = [yard.draft(account_id=poor.id, cost_cents=cents) for cents in costs]
    answers = dispatch.submit(yard.yard, drafts)
    assert [type(answer) for answer in answers] == [
        Accepted, Accepted, CreditsExhausted, Accepted, Accepted, CreditsExhausted
    ]  # fmt: skip
    with yard.store.begin() as tx:
        account = get_account(tx, poor.id)
    assert (account.balance_cents, account.held_cents) == (0, 50)
    assert yard.money() == (10_000, 0)


def test_one_accounts_empty_purse_is_not_anothers(yard: MemoryYard) -> None:
    broke = yard.open_account("broke", cents=0)
    drafts = [yard.draft(account_id=broke.id, cost_cents=1), yard.draft(cost_cents=1)]
    answers = dispatch.submit(yard.yard, drafts)
    assert [type(answer) for answer in answers] == [CreditsExhausted, Accepted]


def test_fifty_at_once_never_spend_more_than_there_is(yard: MemoryYard) -> None:
    poor = yard.open_account("poor", cents=PRICE * 30 + 5)

    def submit(_: int) -> Any:
        draft = yard.draft(account_id=poor.id, cost_cents=PRICE)
        return type(dispatch.submit(yard.yard, [draft])[0])

    answers = in_threads(50, submit)
    assert answers.count(Accepted) == 30
    assert answers.count(CreditsExhausted) == 20
    with yard.store.begin() as tx:
        account = get_account(tx, poor.id)
    assert (account.balance_cents, account.held_cents) == (5, 600)
    yard.money()


def lose_answers(store: Store, times: int = 1, *, commits: bool) -> None:
    """Cut the line at the store's next commits: after each was done, or before."""
    dialect: Any = store.engine.dialect
    finish = dialect.do_commit if commits else dialect.do_rollback
    left = [times]

    def do_commit(dbapi_connection: Any) -> None:
        left[0] -= 1
        if not left[0]:
            del dialect.do_commit
        finish(dbapi_connection)
        raise dialect.loaded_dbapi.OperationalError("the line is cut")

    dialect.do_commit = do_commit


def test_a_commit_whose_answer_is_lost_is_settled_by_reading_back(yard: MemoryYard) -> None:
    lose_answers(yard.store, commits=True)
    drafts = [yard.draft(cost_cents=1), yard.draft(cost_cents=20_000), yard.draft()]
    answers = dispatch.submit(yard.yard, drafts)
    assert [type(answer) for answer in answers] == [Accepted, CreditsExhausted, Accepted]
    assert answers[0] == Accepted(drafts[0].id, yard.task(drafts[0].id).number, 1)
    assert yard.statuses() == {Q: 2}
    assert yard.money() == (9999, 1)
    yard.assert_counted()


def test_a_commit_that_did_not_happen_is_done_once_more(yard: MemoryYard) -> None:
    lose_answers(yard.store, commits=False)
    task_id = yard.submit(cost_cents=1)
    assert yard.steps(task_id) == [P, Q]
    assert yard.sent() == [(task_id,)]
    assert yard.money() == (9999, 1)


def test_a_commit_that_was_only_late_is_found_in_the_end(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_answers(yard.store, commits=True)
    find, looks = dispatch.stored_among, []

    def too_early(*args: Any) -> Any:
        looks.append(1)
        return find(*args) if len(looks) > 1 else {}

    monkeypatch.setattr(dispatch, "stored_among", too_early)
    task_id = yard.submit(cost_cents=1)
    assert yard.steps(task_id) == [P, Q]
    assert yard.money() == (9999, 1)


def test_who_cannot_be_told_what_happened_is_told_so(yard: MemoryYard) -> None:
    lose_answers(yard.store, times=2, commits=False)
    with pytest.raises(Unavailable, match="may be stored") as told:
        yard.submit(cost_cents=1)
    assert told.value.outcome_unknown
    assert yard.statuses() == {}
    assert yard.money() == (10_000, 0)


def test_a_store_that_goes_away_halfway_leaves_answers_for_what_was_stored(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = submission.store
    drafts = [yard.draft(), yard.draft(payload={"text": "\ud800"}), yard.draft()]

    def away_at_the_end(tx: Any, chosen: Any, rooms: Any) -> Any:
        if list(chosen) == drafts[2:]:
            raise Unavailable("gone")
        return store(tx, chosen, rooms)

    monkeypatch.setattr(submission, "store", away_at_the_end)
    answers = dispatch.submit(yard.yard, drafts)
    assert [type(answer) for answer in answers] == [Accepted, Refused, Unavailable]
    assert yard.statuses() == {Q: 1}


def test_a_store_that_goes_away_before_anything_was_stored_is_unavailable(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_tx: Any, chosen: Any, _rooms: Any) -> Any:
        raise Unavailable("gone") if len(chosen) == 1 else TypeError("no JSON")

    monkeypatch.setattr(submission, "store", away)
    with pytest.raises(Unavailable, match="gone"):
        dispatch.submit(yard.yard, [yard.draft(), yard.draft()])


def test_a_store_that_does_not_answer_accepts_nothing(
    sqlite_yard: MemoryYard, tmp_path: Path
) -> None:
    gone = Store(f"sqlite:///{tmp_path}/nowhere/yard.db")
    with pytest.raises(Unavailable, match="does not answer"):
        dispatch.submit(replace(sqlite_yard.yard, store=gone), [sqlite_yard.draft()])
    gone.close()
