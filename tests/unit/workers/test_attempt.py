"""What becomes of a handler's run, whatever it returns or raises."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from marshmallow import Schema

from shared.errors import GiveWay, TaskError
from shared.ids import new_id
from shared.tasks.outcome import Completed, Failed, GivenBack, Outcome
from shared.tasks.status import Status
from shared.tasks.task import Task
from shared.tasks.task_type import Context, Payload, TaskType
from shared.yard import Yard
from tests.a_task import a_task
from workers import attempt
from workers.attempt import attempts

NO_YARD = cast(Yard, None)
"""No handler here asks its context for anything that the yard knows."""
TASK = a_task(Status.RUNNING, type="ANY", queue="any", attempt=1, holder="worker/1")


def claimed(*payloads: dict[str, Any]) -> list[Task]:
    """Running tasks with these payloads."""
    return [replace(TASK, id=new_id(), payload=payload) for payload in payloads]


def kind(**declared: Any) -> TaskType:
    """A task type."""
    fields = {"name": "ANY", "pool": "any", "queue": "any", "payload": Schema()}
    return TaskType(**fields | declared)  # type: ignore[arg-type]


def outcome_of(run: Any, **declared: Any) -> Outcome:
    """What follows from one task done by ``run``."""
    (outcome,) = attempts(NO_YARD, kind(run=run, **declared), claimed({"n": 1}))
    return outcome


def error_of(outcome: Outcome) -> TaskError:
    """The error of a failed task."""
    assert isinstance(outcome, Failed)
    return outcome.error


def test_a_result_completes_the_task() -> None:
    outcome = outcome_of(lambda payload, _context: {"twice": payload["n"] * 2})
    assert isinstance(outcome, Completed)
    assert outcome.result == {"twice": 2}


def test_a_result_is_stored_as_json_has_it() -> None:
    outcome = outcome_of(lambda _payload, _context: {"at": TASK.created_at, "pair": (1, 2)})
    assert isinstance(outcome, Completed)
    assert outcome.result == {"at": "2030-01-31T12:00:00+00:00", "pair": [1, 2]}


@pytest.mark.parametrize("result", [None, 1, "text", [], {"a": object()}, {1: 2}, {"a": 2**70}])
def test_a_result_that_is_no_json_object_fails_for_good(result: Any) -> None:
    assert not error_of(outcome_of(lambda _payload, _context: result)).retryable


@pytest.mark.parametrize(
    ("said", "reason"), [((), "gave way"), (("Others wait.",), "Others wait.")]
)
def test_a_handler_that_gives_way_is_started_again_later(
    said: tuple[str, ...], reason: str
) -> None:
    def run(_payload: Payload, _context: Context) -> dict[str, Any]:
        raise GiveWay(*said)

    outcome = outcome_of(run)
    assert isinstance(outcome, GivenBack)
    assert outcome.reason == reason


def test_an_error_that_is_meant_for_the_caller_reaches_them() -> None:
    raised = TaskError("no such page", retryable=False, delay_seconds=3, code="GONE")

    def run(_payload: Payload, _context: Context) -> dict[str, Any]:
        raise raised

    assert error_of(outcome_of(run)) is raised


def test_any_other_error_is_told_by_its_kind_alone_and_tried_again() -> None:
    def run(_payload: Payload, _context: Context) -> dict[str, Any]:
        raise ValueError("the password is hunter2")

    error = error_of(outcome_of(run))
    assert error.retryable
    assert error.code == "HANDLER_ERROR"
    assert str(error) == "The handler failed (ValueError)."


def test_a_handler_that_takes_too_long_times_out() -> None:
    def run(_payload: Payload, _context: Context) -> dict[str, Any]:
        time.sleep(5)
        return {}

    error = error_of(outcome_of(run, time_limit_seconds=0.05))
    assert (error.code, error.retryable) == ("TIMEOUT", True)


def test_a_type_without_a_handler_fails_for_good() -> None:
    assert not error_of(outcome_of(None)).retryable


def test_each_outcome_is_there_before_the_next_task_begins() -> None:
    begun: list[int] = []

    def run(payload: Payload, _context: Context) -> dict[str, Any]:
        begun.append(payload["n"])
        return {}

    for number, outcome in enumerate(
        attempts(NO_YARD, kind(run=run, batch_size=10), claimed({"n": 0}, {"n": 1}, {"n": 2}))
    ):
        assert isinstance(outcome, Completed)
        assert begun == list(range(number + 1))


def test_what_follows_a_slow_task_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "BATCH_SECONDS", 0.02)

    def run(_payload: Payload, _context: Context) -> dict[str, Any]:
        time.sleep(0.03)
        return {}

    first, *others = attempts(NO_YARD, kind(run=run, batch_size=10), claimed({}, {}, {}))
    assert isinstance(first, Completed)
    assert [type(outcome) for outcome in others] == [GivenBack, GivenBack]


def together(answer: Any) -> TaskType:
    """A type whose batch handler answers, or raises, ``answer``."""

    def run_batch(_payloads: Sequence[Payload], _contexts: Sequence[Context]) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return kind(run_batch=run_batch, batch_size=10)


def test_a_batch_handler_answers_each_payload_in_order() -> None:
    tasks = claimed({}, {}, {})
    refusal = TaskError("no")
    outcomes = list(attempts(NO_YARD, together([{"n": 1}, refusal, {"n": 3}]), tasks))
    assert outcomes == [
        Completed(tasks[0], {"n": 1}),
        Failed(tasks[1], refusal),
        Completed(tasks[2], {"n": 3}),
    ]


@pytest.mark.parametrize("answer", [ValueError(), TaskError("no"), [], [{}], [{}, {}, {}], None])
def test_when_a_batch_breaks_each_of_it_is_given_back_to_run_alone(answer: Any) -> None:
    tasks = claimed({}, {})
    assert list(attempts(NO_YARD, together(answer), tasks)) == [GivenBack(task) for task in tasks]


def test_one_alone_that_breaks_its_batch_has_failed() -> None:
    (outcome,) = attempts(NO_YARD, together(TaskError("no", code="NO")), claimed({}))
    assert error_of(outcome).code == "NO"
