"""A task is started once, whoever is told of it and however often."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain
from queue import Empty, SimpleQueue
from random import Random

from shared.clock import FakeClock
from shared.ids import new_id
from shared.tasks import backlog, dispatch, lifecycle
from shared.tasks.status import Status
from shared.tasks.task_type import Context, Payload, Result
from tests.memory_yard import PLAIN, TOGETHER, WORKER, MemoryYard, Roomy, in_threads
from workers.execute import execute

THREADS = 64
MESSAGE = 50


def messages(ids: list[str]) -> list[list[str]]:
    """``ids`` in messages."""
    return [ids[start : start + MESSAGE] for start in range(0, len(ids), MESSAGE)]


def test_64_threads_claim_all_of_it_and_nothing_twice(yard: MemoryYard) -> None:
    count = 2000 if yard.store.dialect == "postgresql" else 500
    drafts = [yard.draft() for _ in range(count)]
    dispatch.submit(yard.yard, drafts, Roomy())
    ids = [draft.id for draft in drafts]
    shuffled = Random(7).sample(ids, count)
    told: SimpleQueue[list[str]] = SimpleQueue()
    for message in chain(messages(ids), messages(ids), messages(shuffled)):
        told.put(message)

    def work(thread: int) -> list[str]:
        claimed: list[str] = []
        try:
            while True:
                message = told.get_nowait()
                claimed += [task.id for task in yard.claim(*message, holder=f"worker/{thread}")]
        except Empty:
            return claimed

    claims = in_threads(THREADS, work)
    assert sorted(chain.from_iterable(claims)) == sorted(ids)
    assert yard.statuses() == {Status.RUNNING: count}
    for thread, claimed in enumerate(claims):
        for task_id in claimed[:1]:
            task = yard.task(task_id)
            assert (task.attempt, task.holder) == (1, f"worker/{thread}")
            assert yard.steps(task_id) == ["pending", "queued", "running"]
    yard.assert_counted()


def test_a_message_that_comes_twice_starts_nothing_twice(yard: MemoryYard) -> None:
    ids = yard.submit_many(3)
    assert {task.id for task in yard.claim(*ids)} == set(ids)
    assert yard.claim(*ids, holder="worker/2") == []
    assert yard.task(ids[0]).holder == WORKER


def test_what_was_canceled_or_never_existed_is_passed_over(yard: MemoryYard) -> None:
    stays, goes = yard.submit_many(2)
    yard.cancel(goes)
    assert [task.id for task in yard.claim(goes, new_id(), stays)] == [stays]
    assert yard.status(goes) is Status.CANCELED


def test_every_start_raises_the_attempt_and_nothing_lowers_it(
    yard: MemoryYard, clock: FakeClock
) -> None:
    task_id = yard.submit(max_retries=10)
    attempts = []
    for _ in range(5):
        clock.advance(3600)
        with yard.store.begin() as tx:
            backlog.wake(tx)
        dispatch.release(yard.yard, PLAIN.queue)
        attempts.append(yard.claim(task_id)[0].attempt)
        yard.fails(yard.task(task_id))
        assert yard.task(task_id).attempt == attempts[-1]
    assert attempts == [1, 2, 3, 4, 5]


def test_tasks_are_executed_in_the_order_of_their_message(yard: MemoryYard) -> None:
    ids = yard.submit_many(5)
    backwards = list(reversed(ids))
    begun: list[str] = []

    def run(_payload: Payload, context: Context) -> Result:
        begun.append(context.task_id)
        return {}

    kind = replace(PLAIN, run=run)
    assert execute(yard.yard, kind, backwards, WORKER) == 5
    assert begun == backwards


def test_a_message_with_nothing_left_to_do_does_nothing(yard: MemoryYard) -> None:
    task_id = yard.submit()
    yard.cancel(task_id)
    assert execute(yard.yard, PLAIN, [task_id], WORKER) == 0


def test_what_is_submitted_is_done(yard: MemoryYard) -> None:
    plain, together = yard.submit_many(12), yard.submit_many(7, TOGETHER)
    assert yard.run_all() == 19
    assert yard.statuses() == {Status.COMPLETED: 19}
    assert yard.task(plain[0]).result == {"attempt": 1}
    assert [yard.task(t).result for t in together] == [{"together": 5}] * 5 + [{"together": 2}] * 2
    yard.assert_counted()


def test_who_claims_the_same_tasks_in_another_order_does_not_wait_crosswise(
    yard: MemoryYard,
) -> None:
    ids = yard.submit_many(200)

    def claim(thread: int) -> int:
        told = Random(thread).sample(ids, len(ids))
        with yard.store.begin() as tx:
            until = tx.now + timedelta(seconds=15)
            return len(lifecycle.start(tx, told, holder=f"worker/{thread}", until=until))

    assert sorted(in_threads(12, claim)) == [0] * 11 + [200]
