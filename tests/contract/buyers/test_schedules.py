"""Schedules over HTTP: in the buyers' words."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select, update

from api.app import create_blank_app
from api.buyers.dialect import PROBLEM_JSON
from api.description import describe
from scheduler.fire_schedules import fire_schedules
from shared.clock import FakeClock
from shared.schedules.asked import AskedTask
from shared.schedules.schedule import schedules
from shared.tasks.secret_fields import with_opened
from shared.tasks.task import Task, tasks
from tests.gateway import REVIEW, TASKS, Bench, Caller, open_account

SCHEDULES = "/api/v1/schedules"
SPEC = describe(create_blank_app())
ECHO: dict[str, Any] = {"type": "ECHO", "content": {"text": "again"}}


def told(caller: Caller, method: str, path: str, status: int = 200, **kwargs: Any) -> Any:
    """What an answer says, once it is seen to be as described."""
    answer = caller.send(method, path, **kwargs)
    assert answer.status_code == status, answer.text
    if status == 204:
        return None
    parts = path.partition("?")[0].split("/")
    rule = "/".join([*parts[:4], *(["{schedule_id}"] if len(parts) > 4 else []), *parts[5:]])
    kind = PROBLEM_JSON if status >= 400 else "application/json"
    content = SPEC["paths"][rule][method.lower()]["responses"][str(status)]["content"][kind]
    schema = {**content["schema"], "components": SPEC["components"]}
    Draft202012Validator(schema).validate(answer.get_json())
    return answer.get_json()


def made(caller: Caller, **said: Any) -> dict[str, Any]:
    """A schedule that was made."""
    body = {"cron": "30 8 * * 1-5", "task": ECHO, **said}
    body = {name: value for name, value in body.items() if value is not ...}
    return dict(told(caller, "POST", SCHEDULES, 201, json=body))


def refused(caller: Caller, method: str, path: str, body: Any) -> tuple[int, str, list[str]]:
    """A refusal's status, its code, and the fields that it names."""
    answer = caller.send(method, path, json=body)
    problem = answer.get_json()
    told(caller, method, path, answer.status_code, json=body)
    return answer.status_code, problem["code"], [one["field"] for one in problem.get("errors", ())]


def test_a_schedule_is_made_read_and_listed(clock: FakeClock, buyer: Caller) -> None:
    said = {"name": "mornings", "timezone": "Europe/Berlin", "missed": "skip"}

    schedule = made(buyer, **said)

    assert schedule.items() >= {
        **said, "cron": "30 8 * * 1-5", "every": None, "jitterSeconds": 0, "startAt": None,
        "endAt": None, "status": "active", "pausedAt": None, "task": ECHO,
        "nextAt": "2030-01-01T07:30:00.000Z", "createdAt": "2030-01-01T00:00:00.000Z",
    }.items()  # fmt: skip
    assert schedule["upcoming"] == [
        f"2030-01-0{day}T07:30:00.000Z" for day in (1, 2, 3, 4, 7)
    ]  # fmt: skip
    one = f"{SCHEDULES}/{schedule['id']}"
    assert told(buyer, "GET", one) == schedule
    listed = {name: value for name, value in schedule.items() if name != "upcoming"}
    assert told(buyer, "GET", SCHEDULES) == {"schedules": [listed], "nextCursor": None}


def test_an_interval_begins_where_it_is_told_to(clock: FakeClock, buyer: Caller) -> None:
    plain = made(buyer, cron=..., every="1m30s")
    later = made(buyer, cron=..., every="90s", startAt="2030-01-01T12:00:00+01:00")

    assert (plain["every"], plain["nextAt"]) == ("1m30s", "2030-01-01T00:01:30.000Z")
    assert (later["startAt"], later["nextAt"]) == ("2030-01-01T11:00:00.000Z",) * 2


def test_what_is_due_becomes_a_task_that_history_names(
    clock: FakeClock, bench: Bench, buyer: Caller
) -> None:
    schedule = made(buyer, cron=..., every="90s", task=REVIEW)
    clock.advance(90)
    fire_schedules(bench.yard)

    (firing,) = told(buyer, "GET", f"{SCHEDULES}/{schedule['id']}/history")["firings"]
    assert firing.items() >= {
        "dueAt": "2030-01-01T00:01:30.000Z", "firedAt": "2030-01-01T00:01:30.000Z",
        "outcome": "submitted", "missed": 0, "error": None,
    }.items()  # fmt: skip
    task = buyer.task(firing["taskId"])
    assert (task["scheduleId"], buyer.task(buyer.submitted())["scheduleId"]) == (
        schedule["id"], None,
    )  # fmt: skip
    assert {name: task[name] for name in ("type", "content", "options", "locale", "costCents")} == {
        **{name: REVIEW[name] for name in ("type", "content", "options", "locale")},
        "costCents": 20,
    }


def test_it_is_run_now_and_only_once_for_a_key(bench: Bench, buyer: Caller) -> None:
    one = f"{SCHEDULES}/{made(buyer)['id']}"
    headers = {"Idempotency-Key": "now"}

    first = buyer.post(f"{one}/run", headers=headers)
    again = told(buyer, "POST", f"{one}/run", 201, headers=headers)

    assert first.headers["Location"] == f"{TASKS}/{again['taskId']}"
    assert again == first.get_json()
    assert told(buyer, "GET", f"{one}/history")["firings"] == [again]
    assert (again["dueAt"], buyer.task(again["taskId"])["type"]) == (None, "ECHO")


def test_a_key_makes_one_schedule(bench: Bench, buyer: Caller) -> None:
    body = {"every": "1h", "task": ECHO}
    answers = [
        buyer.post(SCHEDULES, json=body, headers={"Idempotency-Key": "k"}) for _ in range(3)
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert answers[0].headers["Location"] == f"{SCHEDULES}/{answers[0].get_json()['id']}"
    assert len(told(buyer, "GET", SCHEDULES)["schedules"]) == 1


def test_it_is_paused_resumed_and_deleted(clock: FakeClock, buyer: Caller) -> None:
    one = f"{SCHEDULES}/{made(buyer)['id']}"

    paused = told(buyer, "POST", f"{one}/pause")
    assert (paused["status"], paused["nextAt"], paused["upcoming"]) == ("paused", None, [])
    assert paused["pausedAt"] == "2030-01-01T00:00:00.000Z"
    assert [told(buyer, "GET", f"{SCHEDULES}?status={word}")["schedules"] != [] for word in
            ("active", "paused", "ended")] == [False, True, False]  # fmt: skip
    assert told(buyer, "POST", f"{one}/resume")["status"] == "active"
    assert told(buyer, "DELETE", one, 204) is None
    for method, path in (
        ("GET", one), ("DELETE", one), ("POST", f"{one}/run"), ("POST", f"{one}/pause"),
        ("POST", f"{one}/resume"), ("GET", f"{one}/history"),
    ):  # fmt: skip
        assert told(buyer, method, path, 404)["code"] == "NOT_FOUND"


def test_it_is_changed(clock: FakeClock, buyer: Caller) -> None:
    schedule = made(buyer, name="a", endAt="2031-01-01T00:00:00Z")
    one = f"{SCHEDULES}/{schedule['id']}"

    changed = told(buyer, "PATCH", one, json={"every": "2h", "endAt": None, "name": None})

    assert (changed["every"], changed["cron"], changed["endAt"], changed["name"]) == (
        "2h", None, None, "",
    )  # fmt: skip
    assert changed["nextAt"] == "2030-01-01T02:00:00.000Z"
    other = told(buyer, "PATCH", one, json={"task": REVIEW, "missed": "all", "jitterSeconds": 9})
    assert (other["task"], other["missed"], other["jitterSeconds"]) == (REVIEW, "all", 9)
    assert told(buyer, "GET", one) == other


def test_schedules_and_histories_are_listed_page_by_page(
    clock: FakeClock, bench: Bench, buyer: Caller
) -> None:
    names = [made(buyer, name=str(n), cron=..., every="1m", missed="all")["name"] for n in range(3)]
    clock.advance(300)
    while fire_schedules(bench.yard):
        pass

    first = told(buyer, "GET", f"{SCHEDULES}?limit=2")
    rest = told(buyer, "GET", f"{SCHEDULES}?limit=2&cursor={first['nextCursor']}")
    assert [one["name"] for one in first["schedules"] + rest["schedules"]] == names[::-1]
    history = f"{SCHEDULES}/{first['schedules'][0]['id']}/history?limit=3"
    newest = told(buyer, "GET", history)
    oldest = told(buyer, "GET", f"{history}&cursor={newest['nextCursor']}")
    dues = [firing["dueAt"] for firing in newest["firings"] + oldest["firings"]]
    assert dues == [f"2030-01-01T00:0{minute}:00.000Z" for minute in (5, 4, 3, 2, 1)]
    assert oldest["nextCursor"] is None


def test_a_secret_is_never_shown(clock: FakeClock, bench: Bench, buyer: Caller) -> None:
    content = {"site": "https://example.com", "password": "hidden-word"}

    schedule = made(buyer, task={"type": "LOGIN", "content": content})

    assert schedule["task"]["content"] == {"site": "https://example.com", "password": "[hidden]"}
    answer = buyer.get(f"{SCHEDULES}/{schedule['id']}")
    assert "hidden-word" not in answer.text
    fired = told(buyer, "POST", f"{SCHEDULES}/{schedule['id']}/run", 201)
    assert buyer.task(fired["taskId"])["content"] == schedule["task"]["content"]


LOGIN: dict[str, Any] = {
    "type": "LOGIN",
    "content": {"site": "https://example.com", "password": "hidden-word"},
}
SHOWN: dict[str, Any] = {
    "type": "LOGIN",
    "content": {"site": "https://example.com", "password": "[hidden]"},
}


def password_of(bench: Bench, task_id: str) -> Any:
    """What the handler of the task is given."""
    with bench.yard.store.read() as tx:
        row = tx.first(select(tasks).where(tasks.c.id == task_id))
    assert row is not None
    return with_opened(bench.yard, bench.yard.registry.types["LOGIN"], Task.of(row))["password"]


def test_a_secret_that_comes_back_as_it_was_shown_stays(
    clock: FakeClock, bench: Bench, buyer: Caller
) -> None:
    one = f"{SCHEDULES}/{made(buyer, task=LOGIN)['id']}"

    changed = told(buyer, "PATCH", one, json={"task": {**SHOWN, "priority": 9}})
    fired = told(buyer, "POST", f"{one}/run", 201)["taskId"]

    assert changed["task"] == {**SHOWN, "priority": 9}
    assert password_of(bench, fired) == "hidden-word"
    assert buyer.task(fired)["priority"] == 9


ELSEWHERE = {**SHOWN, "content": {**SHOWN["content"], "site": "https://evil.example"}}


@pytest.mark.parametrize(
    ("task", "change"),
    [
        (LOGIN, ELSEWHERE),
        (ECHO, SHOWN),
        ({**LOGIN, "content": {"site": "https://example.com"}}, SHOWN),
    ],
    ids=["with other content", "of another type", "that there is none of"],
)
def test_a_hidden_secret_is_never_stored_nor_taken_elsewhere(
    clock: FakeClock, buyer: Caller, task: dict[str, Any], change: dict[str, Any]
) -> None:
    one = f"{SCHEDULES}/{made(buyer, task=task)['id']}"
    before = told(buyer, "GET", one)

    answer = told(buyer, "PATCH", one, 400, json={"task": change})

    (error,) = answer["errors"]
    assert error["field"] == "task.content.password"
    assert "send the secret itself" in error["detail"]
    assert told(buyer, "GET", one) == before


def test_a_new_schedule_needs_the_secret_itself(clock: FakeClock, buyer: Caller) -> None:
    body = {"cron": "@daily", "task": SHOWN}

    assert refused(buyer, "POST", SCHEDULES, body) == (
        400, "INVALID_FIELD", ["task.content.password"],
    )  # fmt: skip


def test_secrets_that_were_changed_meanwhile_are_not_put_back(
    clock: FakeClock, bench: Bench, buyer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = f"{SCHEDULES}/{made(buyer, task=LOGIN)['id']}"
    newer = {**LOGIN, "content": {**LOGIN["content"], "password": "newer-word"}}

    def late(*args: Any) -> AskedTask:
        monkeypatch.undo()
        told(bench.caller(buyer.account), "PATCH", one, json={"task": newer})
        return AskedTask.of(*args)

    monkeypatch.setattr(AskedTask, "of", late)
    assert told(buyer, "PATCH", one, 409, json={"task": SHOWN})["code"] == "CONFLICT"
    fired = told(buyer, "POST", f"{one}/run", 201)["taskId"]

    assert password_of(bench, fired) == "newer-word"


def test_a_time_zone_that_is_gone_is_told_and_can_be_changed(
    clock: FakeClock, bench: Bench, buyer: Caller
) -> None:
    schedule = made(buyer, timezone="Europe/Berlin")
    one = f"{SCHEDULES}/{schedule['id']}"
    with bench.yard.store.begin() as tx:
        tx.execute(update(schedules).values(timezone="Lost/Zone"))

    assert told(buyer, "GET", one) == {**schedule, "timezone": "Lost/Zone", "upcoming": []}
    assert told(buyer, "PATCH", one, json={"name": "n"})["nextAt"] == schedule["nextAt"]
    told(buyer, "POST", f"{one}/pause")
    answer = told(buyer, "POST", f"{one}/resume", 400)
    assert answer["errors"][0]["field"] == "timezone"
    assert told(buyer, "PATCH", one, json={"timezone": "UTC"})["timezone"] == "UTC"
    assert len(told(buyer, "POST", f"{one}/resume")["upcoming"]) == 5


LONG = "2030-01-01T00:00:00Z"
BAD: list[tuple[dict[str, Any], int, str, list[str]]] = [
    ({"cron": ...}, 400, "MISSING_FIELDS", ["cron"]),
    ({"task": ...}, 400, "MISSING_FIELDS", ["task"]),
    ({"every": "90s"}, 400, "INVALID_FIELD", ["every"]),
    ({"cron": "* * *"}, 400, "INVALID_FIELD", ["cron"]),
    ({"cron": 5}, 400, "INVALID_FIELD", ["cron"]),
    ({"cron": "0 0 30 2 *"}, 400, "INVALID_FIELD", ["cron"]),
    ({"cron": ..., "every": "soon"}, 400, "INVALID_FIELD", ["every"]),
    ({"cron": ..., "every": 90}, 400, "INVALID_FIELD", ["every"]),
    ({"timezone": "Mars/Olympus"}, 400, "INVALID_FIELD", ["timezone"]),
    ({"jitterSeconds": 3601}, 400, "INVALID_FIELD", ["jitterSeconds"]),
    ({"jitterSeconds": -1}, 400, "INVALID_FIELD", ["jitterSeconds"]),
    ({"cron": ..., "every": "9s", "jitterSeconds": 9}, 400, "INVALID_FIELD", ["jitterSeconds"]),
    ({"startAt": "tomorrow"}, 400, "INVALID_FIELD", ["startAt"]),
    ({"startAt": "0001-01-01T00:00:00+14:00"}, 400, "INVALID_FIELD", ["startAt"]),
    ({"endAt": "9999-12-31T23:59:59-14:00"}, 400, "INVALID_FIELD", ["endAt"]),
    ({"endAt": LONG}, 400, "INVALID_FIELD", ["endAt"]),
    ({"startAt": "2031-01-01T00:00:00Z", "endAt": "2030-06-01T00:00:00Z"}, 400, "INVALID_FIELD",
     ["endAt"]),
    ({"missed": "maybe"}, 400, "INVALID_FIELD", ["missed"]),
    ({"name": "x" * 201}, 400, "INVALID_FIELD", ["name"]),
    ({"name": "a\x00b"}, 400, "INVALID_FIELD", ["name"]),
    ({"task": "ECHO"}, 400, "INVALID_FIELD", ["task"]),
    ({"task": {"type": "ECHO"}}, 400, "MISSING_FIELDS", ["task.content"]),
    ({"task": {**REVIEW, "type": "NONE"}}, 400, "INVALID_TYPE", ["task.type"]),
    ({"task": {**REVIEW, "options": ["one"]}}, 400, "OPTIONS_REQUIRED", ["task.options"]),
    ({"task": {**REVIEW, "maxCents": 1}}, 400, "BUDGET_TOO_LOW", ["task.maxCents"]),
    ({"task": {**REVIEW, "priority": 10}}, 400, "INVALID_FIELD", ["task.priority"]),
    ({"task": {**REVIEW, "projectId": "no"}}, 404, "PROJECT_NOT_FOUND", ["task.projectId"]),
    ({"task": {**ECHO, "notBefore": LONG}}, 400, "INVALID_FIELD", ["task.notBefore"]),
    ({"task": {**ECHO, "after": []}}, 400, "INVALID_FIELD", ["task.after"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "status", "code", "fields"), BAD, ids=[f"{n}-{c[3][0]}" for n, c in enumerate(BAD)]
)
def test_what_is_wrong_is_named(
    clock: FakeClock, buyer: Caller, change: dict[str, Any], status: int, code: str,
    fields: list[str],
) -> None:  # fmt: skip
    body = {"cron": "@daily", "task": ECHO, **change}
    body = {name: value for name, value in body.items() if value is not ...}

    assert refused(buyer, "POST", SCHEDULES, body) == (status, code, fields)
    assert told(buyer, "GET", SCHEDULES)["schedules"] == []


def test_a_change_is_checked_as_well(clock: FakeClock, buyer: Caller) -> None:
    one = f"{SCHEDULES}/{made(buyer)['id']}"

    assert refused(buyer, "PATCH", one, {}) == (400, "MISSING_FIELDS", ["body"])
    assert refused(buyer, "PATCH", one, {"cron": None}) == (400, "MISSING_FIELDS", ["cron"])
    assert refused(buyer, "PATCH", one, {"task": None}) == (400, "INVALID_FIELD", ["task"])
    assert refused(buyer, "PATCH", one, {"task": {"type": "ECHO"}}) == (
        400, "MISSING_FIELDS", ["task.content"],
    )  # fmt: skip
    assert refused(buyer, "PATCH", one, []) == (400, "INVALID_JSON", [])


@pytest.mark.parametrize("query", ["status=gone", "limit=0", "cursor=x"])
def test_a_query_that_is_none_is_refused(buyer: Caller, query: str) -> None:
    answer = told(buyer, "GET", f"{SCHEDULES}?{query}", 400)

    assert [one["field"] for one in answer["errors"]] == [query.partition("=")[0]]


def test_a_stranger_s_schedule_does_not_exist(bench: Bench, buyer: Caller) -> None:
    one = f"{SCHEDULES}/{made(buyer)['id']}"
    stranger = bench.caller(open_account(bench.yard.store, "other"))

    assert told(stranger, "GET", SCHEDULES)["schedules"] == []
    for method, path in (("GET", one), ("DELETE", one), ("POST", f"{one}/run")):
        assert told(stranger, method, path, 404)["code"] == "NOT_FOUND"
    assert told(stranger, "PATCH", one, 404, json={"name": "mine"})["code"] == "NOT_FOUND"


def test_what_cannot_be_paid_now_is_refused_with_its_code(bench: Bench) -> None:
    poor = bench.caller(open_account(bench.yard.store, "poor", cents=0))
    one = f"{SCHEDULES}/{made(poor, task=REVIEW)['id']}"

    assert told(poor, "POST", f"{one}/run", 402)["code"] == "INSUFFICIENT_CREDITS"
    assert told(poor, "GET", f"{one}/history")["firings"] == []
