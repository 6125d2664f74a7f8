"""What buyers see of a task as it ends."""

from __future__ import annotations

import pytest

from shared.accounts.account import set_account
from tests.answering import complete, fail, machines_say, run_now
from tests.gateway import TASKS, Bench, Caller, open_account

ECHO = {"type": "ECHO", "content": "hello"}


def funds(caller: Caller) -> tuple[int, int]:
    """What the account may spend, and what it has put aside."""
    body = caller.get("/api/v1/credits").get_json()
    return body["balanceCents"], body["heldCents"]


def test_a_types_own_result_is_shown_as_it_is(bench: Bench, buyer: Caller) -> None:
    task_id = buyer.submit(ECHO).get_json()["taskId"]

    complete(bench.yard, task_id, {"content": "hello", "attempt": 1})

    task = buyer.task(task_id)
    assert (task["status"], task["error"]) == ("COMPLETED", None)
    assert task["result"] == {"content": "hello", "attempt": 1}
    assert task["completedAt"] >= task["createdAt"]


def test_machines_that_agree_settle_a_question(bench: Bench, buyer: Caller) -> None:
    task_id = buyer.submitted()

    machines_say(bench.yard, task_id, ["Positif", "Positif", "Neutre"])

    task = buyer.task(task_id)
    assert task["status"] == "COMPLETED"
    assert task["result"]["answer"] == "Positif"
    assert task["result"]["votes"] == {"Positif": 2, "Neutre": 1}
    assert {answer["kind"] for answer in task["result"]["answers"]} == {"machine"}
    assert all(answer["at"].endswith("Z") for answer in task["result"]["answers"])
    assert 0 < task["result"]["confidence"] <= 1
    assert 0 < task["result"]["agreement"] <= 1


def test_a_completed_task_is_paid_and_a_failed_one_is_not(bench: Bench, buyer: Caller) -> None:
    first, second = buyer.submitted(), buyer.submitted()
    assert funds(buyer) == (9_960, 40)

    machines_say(bench.yard, first, ["Positif"] * 3)
    fail(bench.yard, second, "The model is broken.")

    assert funds(buyer) == (9_980, 0)


def test_a_failed_task_says_why(bench: Bench, buyer: Caller) -> None:
    task_id = buyer.submit(ECHO).get_json()["taskId"]

    fail(bench.yard, task_id, "The printer is on fire.")

    task = buyer.task(task_id)
    assert (task["status"], task["result"]) == ("FAILED", None)
    assert task["error"] == {"code": "BROKEN", "message": "The printer is on fire."}


def test_a_canceled_task_is_failed_by_its_code_and_paid_back(buyer: Caller) -> None:
    task_id = buyer.submitted()

    answer = buyer.delete(f"{TASKS}/{task_id}")

    assert answer.status_code == 200
    assert answer.get_json() == buyer.task(task_id)
    assert answer.get_json()["status"] == "FAILED"
    assert answer.get_json()["error"]["code"] == "CANCELED"
    assert funds(buyer) == (10_000, 0)


def test_a_running_task_is_canceled_by_its_holder(bench: Bench, buyer: Caller) -> None:
    task_id = buyer.submit(ECHO).get_json()["taskId"]
    run_now(bench.yard, [task_id])

    assert buyer.delete(f"{TASKS}/{task_id}").get_json()["status"] == "PENDING"
    assert buyer.delete(f"{TASKS}/{task_id}").status_code == 200


@pytest.mark.parametrize("task_id", ["1", "nowhere", "01a20055-f2f8-7455-a005-6105a8abf863"])
def test_what_does_not_exist_is_not_canceled(buyer: Caller, task_id: str) -> None:
    assert buyer.delete(f"{TASKS}/{task_id}").status_code == 404


def test_counts_follow_the_tasks(bench: Bench, buyer: Caller) -> None:
    done, lost, gone = (buyer.submit(ECHO).get_json()["taskId"] for _ in range(3))
    complete(bench.yard, done, {})
    fail(bench.yard, lost, "no")
    buyer.delete(f"{TASKS}/{gone}")
    waits = buyer.submitted(notBefore="2040-01-01T00:00:00Z")
    assert waits

    stats = buyer.get("/api/v1/stats").get_json()

    by_type = stats.pop("byType")
    assert stats == {
        "total": 4,
        "pending": 1,
        "queued": 0,
        "running": 0,
        "completed": 1,
        "failed": 1,
        "canceled": 1,
    }
    assert by_type["SENTIMENT_ANALYSIS"]["pending"] == 1
    assert by_type["ECHO"]["total"] == 3


def test_an_empty_account_counts_nothing(buyer: Caller) -> None:
    assert buyer.get("/api/v1/stats").get_json()["total"] == 0


def test_the_ledger_tells_every_movement_twice(bench: Bench, buyer: Caller) -> None:
    task_id = buyer.submitted()
    machines_say(bench.yard, task_id, ["Positif"] * 3)

    page = buyer.get("/api/v1/credits/ledger").get_json()

    entries = page["entries"]
    assert [entry["kind"] for entry in entries] == ["capture"] * 2 + ["hold"] * 2 + ["top_up"] * 2
    assert sum(entry["amountCents"] for entry in entries) == 0
    assert {entry["taskId"] for entry in entries} == {task_id, None}
    assert page["nextCursor"] is None


def test_the_ledger_has_pages(buyer: Caller) -> None:
    for _ in range(3):
        buyer.submitted()
    seen, cursor = 0, ""
    while True:
        page = buyer.get(f"/api/v1/credits/ledger?limit=3{cursor}").get_json()
        seen += len(page["entries"])
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"

    assert seen == 8


def test_a_project_is_made_and_listed(buyer: Caller) -> None:
    made = buyer.post("/api/v1/projects", json={"name": "reviews", "annotators": "machine"})

    assert made.status_code == 201
    assert made.get_json()["annotators"] == "machine"
    assert buyer.get("/api/v1/projects").get_json() == {"projects": [made.get_json()]}


def test_a_project_without_a_policy_follows_its_account(bench: Bench, buyer: Caller) -> None:
    with bench.yard.store.begin() as tx:
        set_account(tx, buyer.account.id, annotators="human")
    caller = bench.caller(buyer.account)

    assert caller.post("/api/v1/projects", json={"name": "x"}).get_json()["annotators"] == "human"


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({}, 400, "MISSING_FIELDS"),
        ({"name": None}, 400, "MISSING_FIELDS"),
        ({"name": ""}, 400, "INVALID_FIELD"),
        ({"name": "  "}, 400, "INVALID_FIELD"),
        ({"name": 5}, 400, "INVALID_FIELD"),
        ({"name": "x" * 201}, 400, "INVALID_FIELD"),
        ({"name": "a\x00b"}, 400, "INVALID_FIELD"),
        ({"name": "x", "annotators": "robots"}, 400, "INVALID_FIELD"),
        ({"name": "taken"}, 409, "CONFLICT"),
    ],
)
def test_a_project_that_cannot_be_made_is_refused(
    buyer: Caller, asked: dict[str, object], status: int, code: str
) -> None:
    buyer.post("/api/v1/projects", json={"name": "taken"})

    answer = buyer.post("/api/v1/projects", json=asked)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_projects_of_other_accounts_are_nobodys_business(bench: Bench, buyer: Caller) -> None:
    other = bench.caller(open_account(bench.yard.store, "other"))
    project = other.post("/api/v1/projects", json={"name": "x"}).get_json()["id"]

    assert buyer.get("/api/v1/projects").get_json() == {"projects": []}
    assert buyer.submit(projectId=project).get_json()["code"] == "PROJECT_NOT_FOUND"


def test_a_task_waits_for_the_tasks_it_names(bench: Bench, buyer: Caller) -> None:
    parent = buyer.submit(ECHO).get_json()["taskId"]
    child = buyer.submit(ECHO, after=[parent]).get_json()["taskId"]
    fail(bench.yard, parent, "no")

    assert buyer.task(child)["error"]["code"] == "PARENT_FAILED"


def test_a_foreign_parent_is_an_unknown_parent(bench: Bench, buyer: Caller) -> None:
    foreign = bench.caller(open_account(bench.yard.store, "other")).submitted()

    answer = buyer.submit(after=[foreign])

    assert answer.get_json()["code"] == "INVALID_FIELD"
    assert answer.get_json()["errors"][0]["field"] == "after"
