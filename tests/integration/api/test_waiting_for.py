"""A task says why it is not running, in the buyers' words."""

from __future__ import annotations

from typing import Any

import pytest

from shared.devices.device import use_device
from shared.tasks import dispatch
from tests.answering import complete, machines_say, run_now
from tests.gateway import TASKS, Bench, Caller
from workers.scripts.post import POST

ECHO = {"type": "ECHO", "content": "hello"}
SOMEDAY = "2099-01-31T08:00:00.000Z"


def echo(buyer: Caller, **changes: Any) -> str:
    """A new task."""
    answer = buyer.submit(ECHO, **changes)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["taskId"])


def test_a_task_waits_for_its_time(buyer: Caller) -> None:
    found = buyer.task(echo(buyer, notBefore=SOMEDAY))["waitingFor"]

    detail = "It is not to start before 2099-01-31 08:00:00 UTC."
    assert found == {"reason": "time", "detail": detail, "until": SOMEDAY}


def test_a_task_waits_for_its_parents(buyer: Caller) -> None:
    parent = echo(buyer, notBefore=SOMEDAY)

    found = buyer.task(echo(buyer, after=[parent]))["waitingFor"]

    assert (found["reason"], found["taskIds"]) == ("parents", [parent])


def test_the_parents_that_are_over_are_told_no_more(bench: Bench, buyer: Caller) -> None:
    done, canceled, waits = parents = [echo(buyer, notBefore=SOMEDAY) for _ in range(3)]
    child = echo(buyer, after=parents, afterPolicy="finished")
    buyer.delete(f"{TASKS}/{canceled}")

    found = buyer.task(child)["waitingFor"]

    assert (found["reason"], found["taskIds"]) == ("parents", [done, waits])
    assert found["detail"] == f"It waits until 2 tasks end: {done}, {waits}."


@pytest.mark.parametrize(
    ("policy", "canceled", "code"),
    [
        ("all", [0], "PARENT_FAILED"),
        ("any", [0], None),
        ("any", [0, 1], "PARENT_FAILED"),
        ("finished", [0], None),
        ("finished", [0, 1], None),
    ],
    ids=lambda value: str(value),
)
def test_the_policy_says_what_becomes_of_a_task_whose_parents_do_not_complete(
    buyer: Caller, policy: str, canceled: list[int], code: str | None
) -> None:
    parents = [echo(buyer, notBefore=SOMEDAY) for _ in range(2)]
    child = echo(buyer, after=parents, afterPolicy=policy)
    for place in canceled:
        buyer.delete(f"{TASKS}/{parents[place]}")

    task = buyer.task(child)
    late = buyer.task(echo(buyer, after=parents, afterPolicy=policy))

    for told in (task, late):
        assert (told["error"] or {}).get("code") == code
    left = [parent for place, parent in enumerate(parents) if place not in canceled]
    waiting = task["waitingFor"]
    assert (waiting or {}).get("taskIds", []) == ([] if code else left)


def test_a_task_waits_for_a_worker_until_one_has_it(bench: Bench, buyer: Caller) -> None:
    task_id = echo(buyer)
    task = buyer.task(task_id)
    assert task["waitingFor"]["reason"] == "worker"
    assert (task["waitingFor"]["position"], task["waitingFor"]["isMore"]) == (0, False)
    assert task["waitingFor"]["since"] == task["createdAt"]

    run_now(bench.yard, [task_id])

    assert buyer.task(task_id)["waitingFor"] is None


def test_a_question_waits_for_answers_of_people(bench: Bench, buyer: Caller) -> None:
    bench.caller(buyer.account, "validator", "Ada")
    task_id = buyer.submitted(validationsNeeded=3)
    machines_say(bench.yard, task_id, ["Positif", "Neutre"])

    found = buyer.task(task_id)["waitingFor"]

    assert (found["reason"], found["given"], found["wanted"]) == ("answers", 2, 3)
    assert found["until"]


def test_a_final_task_waits_for_nothing(bench: Bench, buyer: Caller) -> None:
    completed, canceled = echo(buyer), echo(buyer)
    complete(bench.yard, completed, {})

    assert buyer.task(completed)["waitingFor"] is None
    assert buyer.delete(f"{TASKS}/{canceled}").get_json()["waitingFor"] is None


@pytest.mark.parametrize("wait", ["", "?wait=0.1"])
def test_whoever_waits_is_told_at_the_end(buyer: Caller, wait: str) -> None:
    assert buyer.task(echo(buyer, notBefore=SOMEDAY), wait)["waitingFor"]["reason"] == "time"


def test_lists_do_not_say_it(buyer: Caller) -> None:
    echo(buyer, notBefore=SOMEDAY)

    assert [task["waitingFor"] for task in buyer.get(TASKS).get_json()["tasks"]] == [None]


def test_a_task_waits_for_what_another_has_to_itself(bench: Bench, buyer: Caller) -> None:
    bench.yard.registry.types[POST.name] = POST
    with bench.yard.store.begin() as tx:
        device = use_device(tx, buyer.account.id, "phone")
    content = {"device_id": device.id, "config": {"material_list": ["clip.mp4"]}}
    first, second = (buyer.submit({"type": "POST", "content": content}) for _ in range(2))
    assert second.status_code == 201, second.text
    dispatch.release(bench.yard, "post")

    found = buyer.task(second.get_json()["taskId"])["waitingFor"]

    assert (found["reason"], found["position"], found["isMore"]) == ("mutex", 0, False)
    assert found["taskIds"] == [first.get_json()["taskId"]]
    assert found["detail"].endswith("has the device now.")
