"""The gateway's way in: single submits share commits, messages share publishes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from shared.errors import CreditsExhausted, Refused
from shared.ids import new_id
from shared.tasks import dispatch
from shared.tasks.draft import Accepted
from shared.tasks.status import Status
from shared.tasks.submitter import Submitter
from tests.memory_yard import PLAIN, MemoryYard, in_threads
from tests.servers import eventually

THREADS = 40


@pytest.fixture
def submitter(yard: MemoryYard) -> Iterator[Submitter]:
    """A gateway's submitter."""
    submitter = Submitter(yard.yard)
    yield submitter
    submitter.close()


class Commits:
    """Counts the store's commits."""

    def __init__(self, yard: MemoryYard) -> None:
        self.count = 0
        event.listen(yard.store.engine, "commit", self._note)

    def _note(self, _connection: object) -> None:
        self.count += 1


def test_a_single_task_is_accepted_and_sent(yard: MemoryYard, submitter: Submitter) -> None:
    draft = yard.draft()
    accepted = submitter.submit(draft)
    assert accepted == Accepted(draft.id, yard.task(draft.id).number, 0)
    submitter.close()
    assert yard.sent() == [(draft.id,)]


@pytest.mark.usefixtures("much_room")
def test_many_who_come_at_once_share_few_commits(yard: MemoryYard, submitter: Submitter) -> None:
    commits = Commits(yard)
    answers = in_threads(THREADS, lambda _: [submitter.submit(yard.draft()) for _ in range(5)])
    ids = {answer.task_id for got in answers for answer in got}
    assert len(ids) == THREADS * 5
    assert commits.count < THREADS * 5 / 2
    submitter.close()
    assert {i for message in yard.sent() for i in message} <= ids
    assert yard.statuses() == {Status.QUEUED: THREADS * 5}
    yard.assert_counted()


@pytest.mark.usefixtures("much_room")
def test_each_caller_gets_its_own_refusal(yard: MemoryYard, submitter: Submitter) -> None:
    poor = yard.open_account("poor", cents=10)

    def submit(number: int) -> str:
        asked: list[dict[str, Any]] = [
            {},
            {"payload": {"text": "\ud800"}},
            {"account_id": poor.id, "cost_cents": 11},
            {"after": (new_id(),)},
        ]
        try:
            submitter.submit(yard.draft(**asked[number % 4]))
        except Refused as error:
            return error.code
        return "accepted"

    expected = ["accepted", "INVALID_FIELD", "INSUFFICIENT_CREDITS", "INVALID_FIELD"]
    assert in_threads(THREADS, submit) == expected * (THREADS // 4)
    assert yard.statuses() == {Status.QUEUED: THREADS // 4}


def test_many_tasks_in_one_go_get_one_answer_each(yard: MemoryYard, submitter: Submitter) -> None:
    drafts = [yard.draft(cost_cents=6000), yard.draft(cost_cents=6000), yard.draft()]
    answers = submitter.submit_many(drafts)
    assert [type(answer) for answer in answers] == [Accepted, CreditsExhausted, Accepted]


def test_what_piles_up_is_sent_together(yard: MemoryYard, submitter: Submitter) -> None:
    in_threads(THREADS, lambda _: submitter.submit(yard.draft()))
    submitter.close()
    assert len(yard.sent()) < THREADS
    assert sum(len(message) for message in yard.sent()) == THREADS


def test_a_broker_that_breaks_does_not_stop_the_sender(
    yard: MemoryYard, submitter: Submitter, caplog: pytest.LogCaptureFixture
) -> None:
    publish, broken = yard.broker.publish, [True]

    def break_once(messages: object) -> bool:
        if broken:
            broken.pop()
            raise ZeroDivisionError("a defect")
        return publish(messages)  # type: ignore[arg-type]

    yard.broker.publish = break_once  # type: ignore[method-assign]
    submitter.submit(yard.draft())
    eventually(lambda: "sending failed" in caplog.text)
    second = submitter.submit(yard.draft())
    eventually(lambda: yard.sent() == [(second.task_id,)])


def test_with_the_broker_down_single_tasks_are_accepted_and_not_kept_waiting(
    yard: MemoryYard, submitter: Submitter, caplog: pytest.LogCaptureFixture
) -> None:
    yard.broker.is_down = True
    accepted = submitter.submit(yard.draft())
    assert yard.status(accepted.task_id) is Status.QUEUED
    eventually(lambda: "will be sent when the broker is back" in caplog.text)


def test_what_is_not_sent_yet_is_sent_before_the_end(yard: MemoryYard) -> None:
    submitter = Submitter(yard.yard)
    drafts = [yard.draft() for _ in range(30)]
    submitter.submit_many(drafts)
    submitter.close()
    assert sorted(i for message in yard.sent() for i in message) == [d.id for d in drafts]


def test_what_comes_after_the_end_is_left_to_the_scheduler(yard: MemoryYard) -> None:
    submitter = Submitter(yard.yard)
    submitter.close()
    task_id = submitter.submit(yard.draft()).task_id
    assert yard.status(task_id) is Status.QUEUED
    assert yard.sent() == []
    dispatch.send(yard.yard, [])
    assert yard.broker.queues[PLAIN.queue].__len__() == 0
