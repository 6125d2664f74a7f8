"""DELETE: one task, and many."""

from __future__ import annotations

from typing import Any

import pytest

from shared.tasks import queries
from shared.tasks.outcome import Completed, Stopped
from shared.tasks.status import Status
from tests.contract.scripts.conftest import new_operator
from tests.operators import TASK, Operator, OperatorsBench

BATCH = f"{TASK}/batch"
JSON = "application/json"


def gone_everywhere(operator: Operator, number: int) -> None:
    """The task is not there for anybody."""
    for method, path in (
        ("GET", ""), ("DELETE", ""), ("POST", "/stop"), ("POST", "/retry")
    ):  # fmt: skip
        assert operator.send(method, f"{TASK}/{number}{path}").get_json()["code"] == 40401
    assert operator.listed() == []
    assert operator.data(TASK)["total"] == 0
    assert operator.data(f"{TASK}/stats")["total"] == 0


@pytest.mark.parametrize("state", ["pending", "running", "completed", "failed", "stopped"])
def test_what_is_deleted_is_not_there_any_more(operator: Operator, state: str) -> None:
    number = operator.in_state(state)

    data = operator.told(operator.delete(f"{TASK}/{number}"))

    assert data == {"task_id": number, "deleted": True}
    gone_everywhere(operator, number)


def test_the_row_of_a_deleted_task_and_its_transitions_stay(operator: Operator) -> None:
    number = operator.one()
    operator.delete(f"{TASK}/{number}")

    row = operator.row(number)

    assert (row.status, row.hidden) == (Status.CANCELED, True)
    with operator.yard.store.read() as tx:
        assert queries.history(tx, row.id) == [(None, "pending"), ("pending", "canceled")]


def test_a_deleted_task_that_runs_is_stopped_behind_the_answer(operator: Operator) -> None:
    number = operator.one()
    running = operator.start(number)

    operator.told(operator.delete(f"{TASK}/{number}"))
    gone_everywhere(operator, number)
    row = operator.row(number)
    assert (row.status, row.hidden) == (Status.RUNNING, True)
    assert row.cancel_requested_at is not None

    operator.report(Stopped(running))
    assert operator.row(number).status is Status.CANCELED
    gone_everywhere(operator, number)


def test_a_deleted_task_that_ends_before_it_can_stop_stays_deleted(operator: Operator) -> None:
    number = operator.one()
    running = operator.start(number)
    operator.told(operator.delete(f"{TASK}/{number}"))

    operator.report(Completed(running, {}))

    gone_everywhere(operator, number)


def test_a_body_of_delete_is_ignored_where_none_is_asked_for(operator: Operator) -> None:
    first, second = operator.made(serials=["a", "b"])

    assert operator.told(operator.delete(f"{TASK}/{first}", json={"task_ids": [second]}))
    assert operator.told(operator.delete(f"{TASK}/{second}", data="{", content_type=JSON))


def test_several_are_deleted_at_once(operator: Operator, stranger: Operator) -> None:
    pending, running, done = (operator.in_state(s) for s in ("pending", "running", "completed"))
    left, theirs = operator.one(), stranger.one()
    wanted = [done, 999_999_999, running, theirs, pending, done, 0, 2**63 - 1]

    data = operator.told(operator.delete(BATCH, json={"task_ids": wanted}))

    assert data == {
        "deleted_count": 3,
        "deleted_ids": [done, running, pending],
        "not_found_ids": [999_999_999, theirs, 0, 2**63 - 1],
    }
    assert operator.listed() == [left]
    assert operator.row(running).cancel_requested_at is not None
    assert operator.row(pending).status is Status.CANCELED
    assert stranger.task(theirs)["status"] == 0


def test_what_was_deleted_before_is_not_found(operator: Operator) -> None:
    number = operator.one()
    operator.delete(f"{TASK}/{number}")

    data = operator.told(operator.delete(BATCH, json={"task_ids": [number]}))

    assert data == {"deleted_count": 0, "deleted_ids": [], "not_found_ids": [number]}


def test_a_thousand_are_deleted_in_one_call(bench: OperatorsBench) -> None:
    operator = new_operator(bench)
    numbers = operator.made(usernames=[f"a{n}" for n in range(1000)])

    data = operator.told(operator.delete(BATCH, json={"task_ids": numbers}))

    assert (data["deleted_count"], data["deleted_ids"]) == (1000, numbers)
    assert operator.data(f"{TASK}/stats")["total"] == 0


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "task_ids: is required"),
        ({"task_ids": None}, "task_ids: is required"),
        ({"task_ids": []}, "task_ids: is required"),
        ({"task_ids": 5}, "task_ids: is required"),
        ({"task_ids": "5"}, "task_ids: is required"),
        ({"task_ids": ["5"]}, "task_ids.0: must be a whole number"),
        ({"task_ids": [5, "6"]}, "task_ids.1: must be a whole number"),
        ({"task_ids": [1.5]}, "task_ids.0: must be a whole number"),
        ({"task_ids": [True]}, "task_ids.0: must be a whole number"),
        ({"task_ids": [-1]}, "task_ids.0: must be a whole number"),
        ({"task_ids": [None]}, "task_ids.0: must be a whole number"),
        ({"task_ids": [2**63]}, "task_ids.0: must be a whole number"),
        ({"task_ids": list(range(1001))}, "task_ids: is required: a list of 1 to 1000"),
    ],
    ids=range(13),
)
def test_ids_that_are_none_are_named(operator: Operator, asked: dict[str, Any], field: str) -> None:
    answer = operator.delete(BATCH, json=asked)

    assert (answer.status_code, answer.get_json()["code"]) == (400, 40001)
    assert answer.get_json()["message"].startswith(field)


def test_a_batch_needs_a_body_and_its_type(operator: Operator) -> None:
    none = operator.delete(BATCH)
    form = operator.delete(BATCH, data="task_ids=5")
    broken = operator.delete(BATCH, data="[", content_type=JSON)
    array = operator.delete(BATCH, json=[5])

    assert none.get_json()["message"].startswith("task_ids: is required")
    assert [a.get_json()["code"] for a in (none, form, broken, array)] == [
        40001, 41501, 40001, 40001
    ]  # fmt: skip
