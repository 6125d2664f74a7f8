"""GET /api/v1/task and /stats: which tasks, how many, in which words."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from shared.accounts.account import create_account
from shared.devices.device import use_device
from shared.errors import TaskError
from shared.ids import new_id
from shared.social.account import social_mutex, use_social_account
from shared.tasks import lifecycle, mutex
from shared.tasks.outcome import Failed
from shared.tasks.task import tasks
from tests.no_id import NO_ID
from tests.operators import TASK, Operator

NOTHING = {"total": 0, "pending": 0, "running": 0, "completed": 0, "failed": 0}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def set_row(operator: Operator, number: int, **values: Any) -> None:
    """Write what only the yard itself would."""
    with operator.yard.store.begin() as tx:
        tx.execute(update(tasks).where(tasks.c.number == number).values(values))


def one_of_each(operator: Operator) -> dict[str, int]:
    """A task in each state."""
    numbers = dict(zip(("pending", "running", "completed", "failed", "stopped"),
                       operator.made(serials=list("abcde")), strict=True))  # fmt: skip
    operator.start(numbers["running"])
    operator.complete(numbers["completed"])
    operator.fail(numbers["failed"])
    operator.told(operator.post(f"{TASK}/{numbers['stopped']}/stop"))
    return numbers


def test_the_newest_comes_first(operator: Operator) -> None:
    first, second = operator.one(), operator.one()

    assert operator.listed() == [second, first]


def test_an_account_without_tasks_has_an_empty_page(operator: Operator) -> None:
    page = {"tasks": [], "total": 0, "page": 1, "page_size": 20}

    assert operator.data(TASK) == page
    assert operator.data(f"{TASK}/stats") == NOTHING


def test_others_tasks_are_not_listed(operator: Operator, stranger: Operator) -> None:
    stranger.one()

    assert operator.listed() == []
    assert operator.data(f"{TASK}/stats") == NOTHING


@pytest.mark.parametrize(
    ("status", "words"),
    [(0, ["pending"]), (1, ["running"]), (2, ["completed"]), (3, ["stopped", "failed"])],
)
def test_each_status_has_its_number(operator: Operator, status: int, words: list[str]) -> None:
    numbers = one_of_each(operator)

    data = operator.data(f"{TASK}?status={status}")

    assert [task["id"] for task in data["tasks"]] == [numbers[word] for word in words]
    assert data["total"] == len(words)
    assert {task["status"] for task in data["tasks"]} == {status}


def test_stats_count_in_the_same_words(operator: Operator) -> None:
    one_of_each(operator)

    stats = operator.data(f"{TASK}/stats")

    assert stats == {"total": 5, "pending": 1, "running": 1, "completed": 1, "failed": 2}


def test_a_queued_task_is_pending(operator: Operator) -> None:
    number = operator.one()
    with operator.yard.store.begin() as tx:
        lifecycle.queue(tx, [operator.row(number).id], actor="tests")

    assert operator.task(number)["status_text"] == "pending"
    assert operator.listed("status=0") == [number]


def test_a_task_remarks_why_its_account_waits(operator: Operator) -> None:
    number = operator.one(usernames=["zoe"])
    with operator.yard.store.begin() as tx:
        name = social_mutex(str(operator.row(number).payload["social_id"]))
        mutex.close(tx, name, "The account zoe on tiktok is logged out.")

    assert operator.task(number)["remark"] == "The account zoe on tiktok is logged out."


def test_a_task_remarks_which_task_has_its_device(operator: Operator) -> None:
    first, second = operator.one(), operator.one()
    operator.start(first)

    assert str(first) in operator.task(second)["remark"]


def test_a_running_task_tells_how_far_it_is(operator: Operator) -> None:
    number = operator.one()
    begun = operator.start(number)
    set_row(operator, number, progress=41.7)

    task = operator.task(number)

    assert (task["status"], task["status_text"], task["progress"]) == (1, "running", 41)
    assert begun.started_at is not None
    assert task["start_time"][:19] == begun.started_at.isoformat()[:19]
    assert (task["end_time"], task["remark"]) == (None, "")


def test_a_completed_task_is_at_100_and_remarks_what_was_left_out(operator: Operator) -> None:
    number = operator.one()
    notes = ["The sound was left out.", "So was the link."]
    operator.complete(number, url="https://a.example/1", notes=notes)

    task = operator.task(number)

    assert (task["status"], task["status_text"], task["progress"]) == (2, "completed", 100)
    assert task["remark"] == "The sound was left out. So was the link."
    assert MOMENT.fullmatch(task["start_time"])
    assert MOMENT.fullmatch(task["end_time"])
    assert MOMENT.fullmatch(task["created_at"])


def test_a_failed_task_remarks_why(operator: Operator) -> None:
    number = operator.one()
    operator.fail(number, "The video is too long: 700 s, at most 600.")

    task = operator.task(number)

    assert (task["status"], task["status_text"]) == (3, "failed")
    assert task["remark"] == "The video is too long: 700 s, at most 600."
    assert MOMENT.fullmatch(task["end_time"])


def test_a_failure_that_is_retried_is_pending_and_says_when_it_goes_on(operator: Operator) -> None:
    number = operator.one()
    failed = operator.start(number)
    operator.report(Failed(failed, TaskError("The platform is busy.")))
    row = operator.row(number)

    task = operator.task(number)

    assert (task["status"], task["retry_count"], task["end_time"]) == (0, 1, None)
    assert row.not_before is not None
    assert timedelta(seconds=5) <= row.not_before - row.updated_at <= timedelta(seconds=60)
    assert task["start_time"][:19] == row.not_before.isoformat()[:19]
    assert task["remark"].endswith(" The last try failed: The platform is busy.")


def test_a_list_says_of_each_task_what_reading_it_says(operator: Operator) -> None:
    numbers = one_of_each(operator)
    listed = {task["id"]: task for task in operator.data(TASK)["tasks"]}

    for number in numbers.values():
        read = operator.task(number)
        assert {**listed[number], "remark": read["remark"]} == read
    assert listed[numbers["stopped"]]["remark"] == "stopped"


def test_tasks_of_a_device_are_listed(operator: Operator) -> None:
    phone, other = operator.made(serials=["phone", "other"])
    again = operator.one(serials=["phone"])

    assert operator.listed("serial=phone") == [again, phone]
    assert operator.listed("serial=other") == [other]
    assert operator.listed("serial=nowhere") == []
    assert operator.listed("serial=pho") == []
    assert operator.data(f"{TASK}?serial=phone")["total"] == 2


def test_tasks_of_a_script_are_listed(operator: Operator) -> None:
    post, tap = operator.one(), operator.one(script_name="tap")

    assert operator.listed("script_name=post") == [post]
    assert operator.listed("script_name=tap") == [tap]
    assert operator.listed("script_name=like") == []
    assert operator.data(f"{TASK}?script_name=post")["total"] == 1


def test_tasks_are_listed_by_who_made_them(operator: Operator) -> None:
    by_call, by_hand, other = operator.one(), operator.one(), operator.one()
    set_row(operator, by_hand, source="ui")

    assert operator.listed("source=ui") == [by_hand]
    assert operator.listed("source=api") == [other, by_call]
    assert operator.data(f"{TASK}?source=ui")["total"] == 1
    assert operator.data(f"{TASK}?source=api")["total"] == 2
    assert operator.data(f"{TASK}?source=api&status=1")["total"] == 0
    assert operator.task(by_hand)["source"] == "ui"


def test_filters_count_together(operator: Operator) -> None:
    wanted, _, other = operator.made(serials=["phone", "tablet", "watch"])
    done = operator.one(serials=["phone"])
    operator.complete(done)
    operator.complete(other)

    assert operator.listed("serial=phone&status=0&source=api&script_name=post") == [wanted]
    assert operator.listed("serial=phone&status=2") == [done]
    assert operator.listed("serial=phone&status=3") == []


def submitted(operator: Operator, **where: str) -> TestResponse:
    """What the buyers' dialect answers to a post there."""
    content = {**where, "config": {}}
    return operator.post("/api/v1/tasks", json={"type": "POST", "content": content})


def test_what_buyers_submitted_is_listed_too_and_other_types_are_not(operator: Operator) -> None:
    with operator.yard.store.begin() as tx:
        zoe = use_social_account(tx, operator.yard.settings, operator.account.id, "zoe")
    answer = submitted(operator, username="zoe", social_id=zoe.id)
    assert answer.status_code == 201, answer.text
    operator.post("/api/v1/tasks", json={"type": "ECHO", "content": "Hi"})

    (task,) = operator.data(TASK)["tasks"]

    assert (task["script_name"], task["username"], task["serial"]) == ("post", "zoe", None)
    assert operator.data(f"{TASK}/stats")["total"] == 1


def test_pages_follow_one_another(operator: Operator) -> None:
    numbers = operator.made(serials=list("abcde"))[::-1]

    assert operator.listed("page_size=2") == numbers[:2]
    assert operator.listed("page_size=2&page=2") == numbers[2:4]
    assert operator.listed("page_size=2&page=3") == numbers[4:]
    assert operator.listed("page_size=2&page=4") == []
    assert operator.listed(f"page={10**30}") == []


def test_a_page_says_which_it_is(operator: Operator) -> None:
    operator.made(serials=list("abc"))

    data = operator.data(f"{TASK}?page=2&page_size=2")

    assert (data["total"], data["page"], data["page_size"]) == (3, 2, 2)


def test_a_page_of_more_than_100_is_one_of_100(operator: Operator) -> None:
    assert operator.data(f"{TASK}?page_size=101")["page_size"] == 100
    assert operator.data(f"{TASK}?page_size={10**30}")["page_size"] == 100


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=x", "page=1.5", "page=",
        "page_size=0", "page_size=-5", "page_size=many", "page_size=",
        "status=4", "status=-1", "status=pending", "status=", "status=0,1",
        "source=console", "source=", "source=UI", "serial=", "serial=%00", f"serial={'x' * 121}",
    ],
)  # fmt: skip
def test_a_parameter_that_is_not_what_it_must_be_is_named(operator: Operator, query: str) -> None:
    answer = operator.get(f"{TASK}?{query}")
    body = answer.get_json()

    assert (answer.status_code, body["code"]) == (400, 40001)
    assert body["message"].startswith(f"{query.partition('=')[0]}: must ")


def test_unknown_parameters_are_ignored(operator: Operator) -> None:
    assert operator.listed("colour=red&sort=up") == []


@pytest.mark.parametrize("task_id", ["x", "-1", "1.5", "0x1", "%20", "¹", "stats2", "batch"])
def test_an_id_that_is_no_number_is_refused(operator: Operator, task_id: str) -> None:
    answer = operator.get(f"{TASK}/{task_id}")

    assert (answer.status_code, answer.get_json()["code"]) == (400, 40001)
    assert answer.get_json()["message"].startswith("task_id: must be a whole number")


@pytest.mark.parametrize("task_id", ["0", "999999999", str(2**63 - 1), str(2**63), "9" * 400])
def test_an_id_that_there_is_not_is_not_found(operator: Operator, task_id: str) -> None:
    answer = operator.get(f"{TASK}/{task_id}")

    assert (answer.status_code, answer.get_json()["code"]) == (404, 40401)


def test_another_accounts_task_and_another_kind_of_task_are_not_found(
    operator: Operator, stranger: Operator
) -> None:
    theirs = stranger.one()
    operator.post("/api/v1/tasks", json={"type": "ECHO", "content": "Hi"})

    for number in (theirs, theirs + 1):
        assert operator.get(f"{TASK}/{number}").get_json()["code"] == 40401


@pytest.mark.parametrize(
    ("where", "field"),
    [
        ({}, "content"),
        ({"username": "zoe"}, "content"),
        ({"device_id": "no id"}, "content.device_id"),
        ({"device_id": NO_ID}, "content.device_id"),
        ({"social_id": NO_ID}, "content.social_id"),
        ({"device_id": "{foreign}"}, "content.device_id"),
    ],
    ids=["nothing", "a name", "no id", "no device", "no account", "another's device"],
)
def test_what_buyers_submit_runs_on_devices_and_in_accounts_of_their_own(
    operator: Operator, where: dict[str, str], field: str
) -> None:
    with operator.yard.store.begin() as tx:
        foreign = use_device(tx, create_account(tx, f"other.{new_id()}").id, "phone").id
    where = {key: value.format(foreign=foreign) for key, value in where.items()}

    answer = submitted(operator, **where)

    assert answer.status_code == 400, answer.text
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    assert operator.data(f"{TASK}/stats")["total"] == 0
