"""What workers say of their runs: once, about the current attempt, and each for itself."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from psycopg import errors as postgres_errors
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, OperationalError

from shared.accounts.account import accounts
from shared.clock import FakeClock
from shared.errors import TaskError, Unavailable
from shared.tasks import backlog, dispatch, reporting
from shared.tasks.loss import Cause
from shared.tasks.outcome import Completed, Failed, GivenBack, Outcome, Stopped
from shared.tasks.registry import Registry
from shared.tasks.status import Status
from shared.tasks.task import tasks
from tests.memory_yard import ASKED, PLAIN, PRICE, SOLO, TOGETHER, WORKER, MemoryYard
from workers.execute import execute

P, R = Status.PENDING, Status.RUNNING
C, F, X = Status.COMPLETED, Status.FAILED, Status.CANCELED


def again(yard: MemoryYard, clock: FakeClock, task_id: str, holder: str = "worker/2") -> Any:
    """The task started once more, by somebody else."""
    clock.advance(3600)
    with yard.store.begin() as tx:
        backlog.wake(tx)
    dispatch.release(yard.yard, PLAIN.queue)
    return yard.claim(task_id, holder=holder)[0]


def test_the_outcomes_of_a_batch_are_written_together(yard: MemoryYard) -> None:
    done, broken, unlucky, stopped, untouched, late = yard.claim(*yard.submit_many(6))
    yard.completes(late)
    outcomes: list[Outcome] = [
        Completed(done, {"answer": 42}),
        Failed(broken, TaskError("no such file", retryable=False, code="NO_FILE")),
        Failed(unlucky, TaskError("cut off")),
        Stopped(stopped),
        GivenBack(untouched),
        Completed(late, {"answer": "too late"}),
    ]
    moved = dispatch.report(yard.yard, outcomes, WORKER)
    chosen = (done, broken, unlucky, stopped, untouched)
    assert moved == {task.id for task in chosen}
    assert [yard.status(task.id) for task in chosen] == [C, F, P, X, P]
    assert yard.task(done.id).result == {"answer": 42}
    assert yard.task(broken.id).error == {"code": "NO_FILE", "message": "no such file"}
    assert yard.task(late.id).result == {"ok": True}
    yard.assert_counted()


def test_a_late_report_changes_nothing(yard: MemoryYard, clock: FakeClock) -> None:
    first = yard.started()
    yard.fails(first)
    second = again(yard, clock, first.id)
    assert (first.attempt, second.attempt) == (1, 2)
    late: list[Outcome] = [Completed(first, {}), Failed(first, TaskError("x")), Stopped(first)]
    for outcome in late:
        assert dispatch.report(yard.yard, [outcome], WORKER) == set()
        assert yard.task(first.id) == second
    assert yard.completes(second, holder="worker/2") == {second.id}


def test_a_report_that_comes_twice_counts_once(yard: MemoryYard) -> None:
    task = yard.started(cost_cents=PRICE)
    assert yard.completes(task) == {task.id}
    assert yard.completes(task) == set()
    assert yard.fails_for_good(task) == set()
    assert yard.money() == (9980, 0)
    assert yard.steps(task.id) == ["pending", "queued", "running", "completed"]


def test_a_failure_is_retried_after_the_wait_of_its_types_policy(
    yard: MemoryYard, clock: FakeClock
) -> None:
    task = yard.started()
    for retry, wait in enumerate([10, 20, 40], start=1):
        yard.fails(task)
        row = yard.task(task.id)
        assert (row.status, row.retry_count) == (P, retry)
        assert row.not_before == clock.now() + timedelta(seconds=wait)
        task = again(yard, clock, task.id)
    yard.fails(task)
    row = yard.task(task.id)
    assert (row.status, row.retry_count, row.attempt) == (F, 3, 4)


def test_a_retried_failure_passes_through_failed_within_one_commit(yard: MemoryYard) -> None:
    task = yard.started()
    yard.fails(task)
    assert yard.steps(task.id) == ["pending", "queued", "running", "failed", "pending"]
    assert yard.task(task.id).completed_at is None
    yard.assert_counted()


@pytest.mark.parametrize(("asked", "wait"), [(300.0, 300), (1.0, 10), (10.0**10, 86_400)])
def test_the_delay_that_the_other_side_asked_for_is_kept_within_reason(
    yard: MemoryYard, clock: FakeClock, asked: float, wait: int
) -> None:
    task = yard.started()
    yard.fails(task, delay_seconds=asked)
    assert yard.task(task.id).not_before == clock.now() + timedelta(seconds=wait)


def test_a_task_may_have_a_number_of_retries_of_its_own(yard: MemoryYard) -> None:
    task = yard.started(max_retries=0)
    yard.fails(task)
    assert yard.status(task.id) is F


def test_a_task_of_a_type_that_is_gone_is_retried_as_any_other(yard: MemoryYard) -> None:
    task = yard.started()
    yard.yard.registry.types.pop(PLAIN.name)
    yard.fails(task)
    assert yard.status(task.id) is P


def test_a_failure_keeps_what_the_handler_said_whatever_it_said(yard: MemoryYard) -> None:
    task = yard.started()
    error = TaskError("cannot open caf\udce9\0.txt", retryable=False)
    assert dispatch.report(yard.yard, [Failed(task, error)], WORKER) == {task.id}
    assert yard.task(task.id).error == {
        "code": "TASK_FAILED", "message": "cannot open caf?\ufffd.txt"
    }  # fmt: skip


def nested(depth: int) -> dict[str, Any]:
    """A result that is deeply nested."""
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"in": value}
    return value


def test_a_result_that_cannot_be_kept_fails_its_own_task_alone(
    yard: MemoryYard, caplog: pytest.LogCaptureFixture
) -> None:
    refused = {"text": "a\0b"} if yard.store.dialect == "postgresql" else {"text": "\ud800"}
    running = yard.claim(*yard.submit_many(3, cost_cents=PRICE))
    results: list[dict[str, Any]] = [{}, refused, {}]
    outcomes = [Completed(task, result) for task, result in zip(running, results, strict=True)]
    moved = dispatch.report(yard.yard, outcomes, WORKER)
    assert moved == {task.id for task in running}
    assert [yard.status(task.id) for task in running] == [C, F, C]
    assert yard.task(running[1].id).error == {
        "code": "RESULT_REFUSED", "message": "The store cannot keep the result."
    }  # fmt: skip
    assert "the store refuses a result" in caplog.text
    assert yard.money() == (9960, 0)


def test_a_result_nested_too_deeply_is_refused_too(yard: MemoryYard) -> None:
    task = yard.started()
    dispatch.report(yard.yard, [Completed(task, nested(253))], WORKER)
    assert (yard.task(task.id).error or {})["code"] == "RESULT_REFUSED"


def test_books_that_are_wrong_stop_the_report_and_leave_the_task(yard: MemoryYard) -> None:
    task = yard.started(cost_cents=PRICE)
    with yard.store.begin() as tx:
        tx.execute(update(accounts).values(held_cents=0))
    with pytest.raises(IntegrityError):
        yard.completes(task)
    assert yard.status(task.id) is R


def test_when_the_store_stays_busy_nothing_is_failed_for_it(
    yard: MemoryYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def deadlock(*_: Any, **__: Any) -> None:
        tries.append(1)
        raise OperationalError("UPDATE", {}, postgres_errors.DeadlockDetected("crosswise"))

    task = yard.started()
    with monkeypatch.context() as patch:
        patch.setattr(reporting, "apply", deadlock)
        with pytest.raises(Unavailable):
            yard.completes(task)
    assert len(tries) == 3
    assert yard.completes(task) == {task.id}


def test_a_cancel_that_the_holder_did_not_see_outlives_its_failure(yard: MemoryYard) -> None:
    task = yard.started(cost_cents=PRICE)
    yard.cancel(task.id)
    assert yard.fails(task) == {task.id}
    assert yard.status(task.id) is X
    assert yard.steps(task.id)[-3:] == ["failed", "pending", "canceled"]
    assert yard.money() == (10_000, 0)
    yard.assert_counted()


@pytest.mark.parametrize("reason", ["The device \0 is offline.", "name \ud800.mp4", ""])
def test_a_task_that_gave_way_keeps_the_reason_whatever_it_is(
    yard: MemoryYard, reason: str
) -> None:
    task = yard.started()
    dispatch.report(yard.yard, [GivenBack(task, reason)], WORKER)
    assert (yard.status(task.id), yard.task(task.id).due) == (P, True)
    told = reason.replace("\0", "\ufffd").replace("\ud800", "?")
    assert yard.last_step(task.id).reason == told


def test_what_was_to_be_canceled_is_not_given_back(yard: MemoryYard) -> None:
    task, other = yard.claim(*yard.submit_many(2))
    yard.cancel(task.id)
    dispatch.report(yard.yard, [GivenBack(task), GivenBack(other)], WORKER)
    assert (yard.status(task.id), yard.status(other.id)) == (X, P)


def test_what_was_completed_before_the_holder_heard_of_the_cancel_is_completed(
    yard: MemoryYard,
) -> None:
    task = yard.started(cost_cents=PRICE)
    yard.cancel(task.id)
    yard.completes(task)
    assert yard.status(task.id) is C
    assert yard.money() == (9980, 0)


def test_the_hard_time_limit_is_a_failure_like_any_other(yard: MemoryYard) -> None:
    task = yard.started(SOLO, max_retries=1)
    assert dispatch.lose(yard.yard, WORKER, Cause.TIME_LIMIT, [task.id], actor=WORKER) == 1
    row = yard.task(task.id)
    assert (row.status, row.retry_count) == (P, 1)
    assert (row.error or {})["code"] == "TIMEOUT"


def test_a_time_limit_that_hits_a_batch_makes_each_run_alone(yard: MemoryYard) -> None:
    running = yard.claim(*yard.submit_many(3))
    ids = [task.id for task in running]
    assert dispatch.lose(yard.yard, WORKER, Cause.TIME_LIMIT, ids, actor=WORKER) == 3
    assert all(yard.task(i).solo and yard.task(i).retry_count == 0 for i in ids)


@pytest.mark.parametrize(("is_known", "code"), [(True, "TIMEOUT"), (False, "TIMEOUT")])
def test_the_time_limit_counts_though_the_type_is_gone(
    yard: MemoryYard, is_known: bool, code: str
) -> None:
    task = yard.started(SOLO, max_retries=0)
    if not is_known:
        yard.yard.registry.types.pop(SOLO.name)
    dispatch.lose(yard.yard, WORKER, Cause.TIME_LIMIT, [task.id], actor=WORKER)
    assert (yard.task(task.id).error or {})["code"] == code


def test_a_stuck_task_that_was_to_be_canceled_is_canceled_by_its_time_limit(
    yard: MemoryYard,
) -> None:
    task = yard.started(SOLO)
    yard.cancel(task.id)
    dispatch.lose(yard.yard, WORKER, Cause.TIME_LIMIT, [task.id], actor=WORKER)
    assert yard.status(task.id) is X


def test_a_handlers_failures_are_retried_until_it_succeeds(
    yard: MemoryYard, clock: FakeClock
) -> None:
    task_id = yard.submit(payload={"fail_times": 2})
    for _ in range(3):
        yard.run_all()
        clock.advance(3600)
        with yard.store.begin() as tx:
            backlog.wake(tx)
        dispatch.release(yard.yard, PLAIN.queue)
    row = yard.task(task_id)
    assert (row.status, row.result, row.retry_count) == (C, {"attempt": 3}, 2)


def test_a_batch_that_breaks_is_run_one_by_one_and_only_the_culprit_fails(
    yard: MemoryYard, caplog: pytest.LogCaptureFixture
) -> None:
    def run_batch(payloads: Any, contexts: Any) -> Any:
        if any(payload.get("breaks") for payload in payloads):
            raise ZeroDivisionError
        return [{} for _ in payloads]

    kind = replace(TOGETHER, run_batch=run_batch)
    yard.yard.registry.types[kind.name] = kind
    drafts = [yard.draft(kind, payload={"breaks": n == 1}, max_retries=0) for n in range(4)]
    dispatch.submit(yard.yard, drafts)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            while message := yard.broker.take(kind.queue):
                execute(yard.yard, kind, message.ids, WORKER)
            dispatch.release(yard.yard, kind.queue)
    assert [yard.status(draft.id) for draft in drafts] == [C, F, C, C]
    assert "a batch of 4 failed and is run one by one" in caplog.text


def test_answers_of_machines_are_settled_and_not_stored_as_a_result(yard: MemoryYard) -> None:
    payload = {"options": ["yes", "no"], "validationsNeeded": 1}
    task = yard.started(ASKED, payload=payload, annotators="machine", deadline_seconds=60)
    said = {"answers": [{"annotator": "m", "answer": "yes", "confidence": 0.9}]}
    assert dispatch.report(yard.yard, [Completed(task, said)], WORKER) == {task.id}
    row = yard.task(task.id)
    assert row.status is C
    assert (row.result or {})["answer"] == "yes"


def test_an_empty_report_is_no_error(yard: MemoryYard) -> None:
    assert dispatch.report(yard.yard, [], WORKER) == set()


def test_a_task_type_without_a_registry_entry_is_not_taken_for_an_answered_one(
    yard: MemoryYard,
) -> None:
    task = yard.started()
    bare = Registry({})
    with yard.store.begin() as tx:
        moved = reporting.apply(tx, bare, [Completed(task, {"answers": []})], WORKER)
        assert moved == {task.id}
        row = tx.first(tasks.select())
    assert row is not None
    assert row.result == {"answers": []}
