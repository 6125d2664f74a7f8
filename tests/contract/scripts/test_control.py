"""Stop, retry, retry-all."""

from __future__ import annotations

from typing import Any

import pytest

from shared.tasks import lifecycle
from shared.tasks.outcome import Stopped
from shared.tasks.status import Status
from tests.contract.scripts.conftest import new_operator
from tests.operators import PRICE, TASK, Operator, OperatorsBench


def stop(operator: Operator, number: int) -> dict[str, Any]:
    """The task, once it was asked to stop."""
    return dict(operator.told(operator.post(f"{TASK}/{number}/stop")))


def retry(operator: Operator, number: int) -> dict[str, Any]:
    """The task, once it was asked to begin anew."""
    return dict(operator.told(operator.post(f"{TASK}/{number}/retry")))


def test_a_task_that_waits_is_stopped_at_once(operator: Operator) -> None:
    number = operator.one()

    task = stop(operator, number)

    assert (task["id"], task["status"], task["status_text"]) == (number, 3, "failed")
    assert task["remark"] == "stopped"
    assert task["start_time"] is None
    assert task["end_time"]
    assert operator.row(number).status is Status.CANCELED


def test_a_task_that_runs_is_stopping_until_its_worker_has_stopped(operator: Operator) -> None:
    number = operator.one()
    running = operator.start(number)

    task = stop(operator, number)
    assert (task["status"], task["remark"]) == (1, "stopping")
    assert stop(operator, number)["remark"] == "stopping"

    operator.report(Stopped(running))
    task = operator.task(number)
    assert (task["status"], task["remark"]) == (3, "stopped")


@pytest.mark.parametrize("state", ["completed", "failed", "stopped"])
def test_a_task_that_is_over_cannot_be_stopped(operator: Operator, state: str) -> None:
    answer = operator.post(f"{TASK}/{operator.in_state(state)}/stop")

    assert (answer.status_code, answer.get_json()["code"]) == (409, 40901)
    assert answer.get_json()["message"] == f"The task is {state} already."


def test_a_failed_task_begins_anew(operator: Operator) -> None:
    number = operator.in_state("failed")

    task = retry(operator, number)

    assert (task["status"], task["retry_count"], task["progress"]) == (0, 0, 0)
    assert (task["start_time"], task["end_time"]) == (None, None)
    assert task["remark"] != "It is too long."
    operator.complete(number)
    assert operator.task(number)["status"] == 2


@pytest.mark.parametrize("state", ["pending", "running", "completed", "stopped"])
def test_only_a_failed_task_is_tried_again(operator: Operator, state: str) -> None:
    number = operator.in_state(state)
    before = operator.row(number)

    answer = operator.post(f"{TASK}/{number}/retry")

    assert (answer.status_code, answer.get_json()["code"]) == (409, 40901)
    assert answer.get_json()["message"].endswith(f"; this one is {state}.")
    assert operator.row(number) == before


def test_all_failed_tasks_begin_anew_and_no_others(operator: Operator, stranger: Operator) -> None:
    theirs = stranger.in_state("failed")
    others = [operator.in_state(s) for s in ("pending", "running", "completed", "stopped")]
    failed = [operator.in_state("failed") for _ in range(3)]
    gone = operator.in_state("failed")
    operator.delete(f"{TASK}/{gone}")
    before = [operator.row(number) for number in (*others, gone)]

    data = operator.told(operator.post(f"{TASK}/retry-all"))

    assert data == {"retried_count": 3, "task_ids": failed}
    assert [operator.task(number)["status"] for number in failed] == [0, 0, 0]
    assert [operator.row(number) for number in (*others, gone)] == before
    assert stranger.task(theirs)["status"] == 3
    nothing = {"retried_count": 0, "task_ids": []}
    assert operator.told(operator.post(f"{TASK}/retry-all")) == nothing


def test_more_failures_than_fit_one_commit_all_begin_anew(bench: OperatorsBench) -> None:
    operator = new_operator(bench)
    numbers = operator.made(usernames=[f"a{n}" for n in range(450)])
    fail_all(operator, numbers)

    data = operator.told(operator.post(f"{TASK}/retry-all"))

    assert data == {"retried_count": 450, "task_ids": numbers}
    assert operator.data(f"{TASK}/stats")["pending"] == 450


def fail_all(operator: Operator, numbers: list[int]) -> None:
    """Let many tasks fail at once, as those do whose parent failed."""

    with operator.yard.store.begin() as tx:
        ends = [{"id": operator.row(n).id, "error": {"message": "No."}} for n in numbers]
        moved = lifecycle.give_up(tx, Status.PENDING, ends, actor="tests", reason="tests")
    assert len(moved) == len(numbers)


def test_a_retry_is_paid_for(bench: OperatorsBench) -> None:
    operator = new_operator(bench, cents=PRICE)
    number = operator.one(script_name="tap")
    operator.fail(number)
    spent = operator.one(script_name="tap")

    one = operator.post(f"{TASK}/{number}/retry")
    every = operator.post(f"{TASK}/retry-all")

    for answer in (one, every):
        assert (answer.status_code, answer.get_json()["code"]) == (402, 40201)
    stop(operator, spent)
    assert retry(operator, number)["status"] == 0


def test_retry_all_takes_what_can_be_paid_for(bench: OperatorsBench) -> None:
    operator = new_operator(bench, cents=2 * PRICE)
    first, second = operator.made(serials=["a", "b"], script_name="tap")
    operator.fail(first)
    operator.fail(second)
    operator.made(serials=["c"], script_name="tap")

    data = operator.told(operator.post(f"{TASK}/retry-all"))

    assert data == {"retried_count": 1, "task_ids": [first]}
    assert operator.task(second)["status"] == 3


@pytest.mark.parametrize("path", ["{}/stop", "{}/retry", "{}"])
def test_another_accounts_task_is_not_found(
    operator: Operator, stranger: Operator, path: str
) -> None:
    number = stranger.in_state("failed" if "retry" in path else "pending")
    before = stranger.row(number)
    method = "POST" if "/" in path else "DELETE"

    answer = operator.send(method, f"{TASK}/{path.format(number)}")

    assert (answer.status_code, answer.get_json()["code"]) == (404, 40401)
    assert stranger.row(number) == before


@pytest.mark.parametrize("path", ["x/stop", "x/retry", "x", "stats", "retry-all"])
def test_an_id_that_is_no_number_is_refused(operator: Operator, path: str) -> None:
    method = "POST" if "/" in path else "DELETE"

    assert operator.send(method, f"{TASK}/{path}").get_json()["code"] == 40001
