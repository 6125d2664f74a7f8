"""Webhooks over HTTP: in the buyers' words."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import update

from api.app import create_blank_app
from api.buyers.dialect import PROBLEM_JSON
from api.description import describe
from scheduler.fire_schedules import fire_schedules
from shared.clock import FakeClock
from shared.db import Store
from shared.notices import webhook_making
from shared.notices.delivery import deliveries, delivery_tries
from shared.notices.webhook import get_webhook
from tests.gateway import TASKS, Bench, Caller, open_account

WEBHOOKS = "/api/v1/webhooks"
URL = "https://1.1.1.1/hook"
SPEC = describe(create_blank_app())
NAMES = {4: "{webhook_id}", 6: "{delivery_id}"}


def told(caller: Caller, method: str, path: str, status: int = 200, **kwargs: Any) -> Any:
    """What an answer says, once it is seen to be as described."""
    answer = caller.send(method, path, **kwargs)
    assert answer.status_code == status, answer.text
    if status == 204:
        return None
    parts = path.partition("?")[0].split("/")
    named = [NAMES.get(n, part) if part != "callback-secret" else part for n, part in
             enumerate(parts)]  # fmt: skip
    content = SPEC["paths"]["/".join(named)][method.lower()]["responses"][str(status)]["content"]
    kind = PROBLEM_JSON if status >= 400 else "application/json"
    schema = {**content[kind]["schema"], "components": SPEC["components"]}
    Draft202012Validator(schema).validate(answer.get_json())
    return answer.get_json()


def made(caller: Caller, **said: Any) -> dict[str, Any]:
    """A webhook that was made."""
    return dict(told(caller, "POST", WEBHOOKS, 201, json={"url": URL, **said}))


def settled(store: Store, id_: str, state: str) -> None:
    """A delivery as a sender leaves it."""
    with store.begin() as tx:
        over = {"state": state, "due_at": None, "tries": 1, "settled_at": tx.now}
        tx.execute(update(deliveries).where(deliveries.c.id == id_).values(over))
        tried = {"at": tx.now, "status_code": 500, "error": "500.", "duration_seconds": 0.25}
        tx.execute(delivery_tries.insert().values({**tried, "delivery_id": id_, "answer": "Oops"}))


def test_a_webhook_is_made_read_and_listed(clock: FakeClock, buyer: Caller) -> None:
    asked = {"events": ["completed", "task.failed", "completed"], "types": ["ECHO"]}

    webhook = made(buyer, **asked, description=" for us ")

    secret = webhook.pop("secret")
    assert secret.startswith("whsec_")
    assert webhook.items() >= {
        "url": URL, "events": ["completed", "failed"], "types": ["ECHO"], "status": "active",
        "description": "for us", "failures": 0, "waitsUntil": None, "formerSecretEndsAt": None,
        "createdAt": "2030-01-01T00:00:00.000Z",
    }.items()  # fmt: skip
    assert told(buyer, "GET", f"{WEBHOOKS}/{webhook['id']}") == webhook
    assert told(buyer, "GET", WEBHOOKS) == {"webhooks": [webhook]}


def test_a_key_makes_one_webhook_and_shows_the_same_secret(store: Store, buyer: Caller) -> None:
    answers = [
        buyer.post(WEBHOOKS, json={"url": URL}, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].headers["Location"] == f"{WEBHOOKS}/{answers[1].get_json()['id']}"
    with store.read() as tx:
        kept = get_webhook(tx, answers[0].get_json()["id"], buyer.account.id)
    assert answers[0].get_json()["secret"] not in kept.secret


@pytest.mark.parametrize(
    ("body", "code", "field", "why"),
    [
        ({}, "MISSING_FIELDS", "url", "is required"),
        ({"url": "nonsense"}, "INVALID_FIELD", "url", "must be an https URL"),
        ({"url": "http://example.org"}, "INVALID_FIELD", "url", "must begin with https://"),
        ({"url": "https://127.0.0.1/"}, "INVALID_FIELD", "url", "must be on the public internet"),
        ({"url": "https://localhost/"}, "INVALID_FIELD", "url", "must be on the public internet"),
        ({"url": URL, "events": ["done"]}, "INVALID_FIELD", "events", "pending, queued, running"),
        ({"url": URL, "events": "failed"}, "INVALID_FIELD", "events", "must be a list"),
        ({"url": URL, "types": ["NONE"]}, "INVALID_FIELD", "types", "ECHO"),
        ({"url": URL, "types": [5]}, "INVALID_FIELD", "types", "names of task types"),
        ({"url": URL, "description": "x" * 501}, "INVALID_FIELD", "description", "500"),
    ],
)
def test_a_refusal_names_the_field_and_what_would_do(
    buyer: Caller, body: dict[str, Any], code: str, field: str, why: str
) -> None:
    problem = told(buyer, "POST", WEBHOOKS, 400, json=body)
    assert problem["code"] == code
    (error,) = problem["errors"]
    assert error["field"] == field
    assert error["detail"].startswith(why) or why in error["detail"]
    assert field not in error["detail"].partition(" ")[0]


def test_there_are_so_many_at_most(monkeypatch: pytest.MonkeyPatch, buyer: Caller) -> None:
    monkeypatch.setattr(webhook_making, "MOST_WEBHOOKS", 2)
    first, _ = made(buyer), made(buyer)
    assert told(buyer, "POST", WEBHOOKS, 409, json={"url": URL})["code"] == "CONFLICT"
    told(buyer, "DELETE", f"{WEBHOOKS}/{first['id']}", 204)
    made(buyer)


def test_it_is_changed_paused_resumed_and_deleted(clock: FakeClock, buyer: Caller) -> None:
    one = f"{WEBHOOKS}/{made(buyer, events=['failed'], types=['ECHO'], description='a')['id']}"

    changed = told(buyer, "PATCH", one, json={"url": f"{URL}/2", "events": None, "types": None})

    assert (changed["url"], changed["events"], changed["types"]) == (f"{URL}/2", [], [])
    assert told(buyer, "PATCH", one, json={"description": None})["description"] == ""
    assert told(buyer, "PATCH", one, 400, json={})["code"] == "MISSING_FIELDS"
    assert told(buyer, "PATCH", one, 400, json={"url": "http://a.b"})["code"] == "INVALID_FIELD"
    paused = told(buyer, "POST", f"{one}/pause")
    assert (paused["status"], paused["pausedAt"]) == ("paused", "2030-01-01T00:00:00.000Z")
    clock.advance(1)
    assert told(buyer, "POST", f"{one}/pause")["pausedAt"] == paused["pausedAt"]
    assert told(buyer, "POST", f"{one}/test", 409)["code"] == "CONFLICT"
    assert told(buyer, "POST", f"{one}/resume")["status"] == "active"
    told(buyer, "DELETE", one, 204)
    assert told(buyer, "GET", WEBHOOKS) == {"webhooks": []}


def test_another_account_has_no_such_webhook(bench: Bench, store: Store, buyer: Caller) -> None:
    one = f"{WEBHOOKS}/{made(buyer)['id']}"
    delivery = told(buyer, "POST", f"{one}/test", 201)
    stranger = bench.caller(open_account(store, "other"))
    for method, path in (
        ("GET", one), ("PATCH", one), ("DELETE", one), ("POST", f"{one}/test"),
        ("POST", f"{one}/pause"), ("POST", f"{one}/resume"), ("POST", f"{one}/rotate"),
        ("GET", f"{one}/deliveries"), ("GET", f"{one}/deliveries/{delivery['id']}"),
        ("POST", f"{one}/deliveries/{delivery['id']}/replay"), ("POST", f"{one}/replay"),
        ("GET", f"{WEBHOOKS}/callbacks/deliveries/{delivery['id']}"),
    ):  # fmt: skip
        body = {"json": {"description": "x"}} if method == "PATCH" else {}
        assert told(stranger, method, path, 404, **body)["code"] == "NOT_FOUND"


def test_a_secret_is_rotated_and_the_former_one_ends(clock: FakeClock, buyer: Caller) -> None:
    webhook = made(buyer)
    one = f"{WEBHOOKS}/{webhook['id']}"

    rotated = told(buyer, "POST", f"{one}/rotate", json={"overlapSeconds": 60})

    assert rotated["secret"] != webhook["secret"]
    assert rotated["formerSecretEndsAt"] == "2030-01-01T00:01:00.000Z"
    assert told(buyer, "GET", one)["formerSecretEndsAt"] == rotated["formerSecretEndsAt"]
    clock.advance(61)
    assert told(buyer, "GET", one)["formerSecretEndsAt"] is None
    assert told(buyer, "POST", f"{one}/rotate")["formerSecretEndsAt"] == "2030-01-02T00:01:01.000Z"
    wrong = told(buyer, "POST", f"{one}/rotate", 400, json={"overlapSeconds": -1})
    assert wrong["errors"][0]["field"] == "overlapSeconds"


def test_the_secret_of_callbacks_is_read_and_rotated(clock: FakeClock, buyer: Caller) -> None:
    first = told(buyer, "GET", f"{WEBHOOKS}/callback-secret")
    assert told(buyer, "GET", f"{WEBHOOKS}/callback-secret") == first

    rotated = told(buyer, "POST", f"{WEBHOOKS}/callback-secret/rotate")

    assert rotated["secret"] not in ("", first["secret"])
    assert rotated["formerSecretEndsAt"] == "2030-01-02T00:00:00.000Z"
    assert told(buyer, "GET", f"{WEBHOOKS}/callback-secret") == rotated


def test_a_test_is_a_delivery_that_can_be_read(clock: FakeClock, buyer: Caller) -> None:
    one = f"{WEBHOOKS}/{made(buyer)['id']}"

    delivery = told(buyer, "POST", f"{one}/test", 201)

    assert delivery.items() >= {
        "event": "webhook.test", "state": "pending", "tries": 0, "taskId": None, "attempts": [],
        "nextTryAt": "2030-01-01T00:00:00.000Z",
    }.items()  # fmt: skip
    assert told(buyer, "GET", f"{one}/deliveries/{delivery['id']}") == delivery
    assert told(buyer, "GET", f"{one}/deliveries") == {
        "deliveries": [delivery], "nextCursor": None
    }  # fmt: skip
    assert told(buyer, "GET", f"{one}/deliveries?state=delivered")["deliveries"] == []
    assert told(buyer, "GET", f"{WEBHOOKS}/callbacks/deliveries")["deliveries"] == []
    assert told(buyer, "GET", f"{one}/deliveries?state=gone", 400)["code"] == "INVALID_FIELD"


def test_what_failed_is_replayed_by_its_id(clock: FakeClock, store: Store, buyer: Caller) -> None:
    one = f"{WEBHOOKS}/{made(buyer)['id']}"
    id_ = told(buyer, "POST", f"{one}/test", 201)["id"]
    settled(store, id_, "given_up")
    assert told(buyer, "GET", f"{one}/deliveries/{id_}")["attempts"] == [
        {"at": "2030-01-01T00:00:00.000Z", "statusCode": 500, "error": "500.", "durationMs": 250,
         "answer": "Oops"}
    ]  # fmt: skip
    clock.advance(60)

    again = told(buyer, "POST", f"{one}/deliveries/{id_}/replay")

    assert (again["id"], again["state"], again["tries"], len(again["attempts"])) == (
        id_, "pending", 0, 1,
    )  # fmt: skip
    assert again["nextTryAt"] == "2030-01-01T00:01:00.000Z"


def test_a_range_is_replayed(clock: FakeClock, store: Store, buyer: Caller) -> None:
    one = f"{WEBHOOKS}/{made(buyer)['id']}"
    ids = []
    for _ in range(4):
        ids.append(told(buyer, "POST", f"{one}/test", 201)["id"])
        clock.advance(60)
    for id_ in ids[:3]:
        settled(store, id_, "given_up")
    settled(store, ids[3], "delivered")

    span = {"since": "2030-01-01T00:01:00Z", "until": "2030-01-01T00:09:00Z"}

    assert told(buyer, "POST", f"{one}/replay", json=span) == {"replayed": 2, "nextSince": None}
    found = told(buyer, "GET", f"{one}/deliveries")["deliveries"]
    states = {each["id"]: each["state"] for each in found}
    assert [states[id_] for id_ in ids] == ["given_up", "pending", "pending", "delivered"]
    assert told(buyer, "POST", f"{one}/replay", json={"state": "delivered"})["replayed"] == 1
    assert told(buyer, "POST", f"{one}/replay")["replayed"] == 1


def test_tasks_bulks_and_schedules_may_name_a_callback(
    clock: FakeClock, bench: Bench, buyer: Caller
) -> None:
    echo = {"type": "ECHO", "content": {"text": "x"}, "callbackUrl": URL}
    assert buyer.task(buyer.submitted(callbackUrl=URL))["callbackUrl"] == URL
    assert buyer.task(buyer.submitted())["callbackUrl"] is None
    wrong = {**echo, "callbackUrl": "http://a.b"}
    good, bad = buyer.post(f"{TASKS}/bulk", json=[echo, wrong]).get_json()["results"]
    assert buyer.task(good["taskId"])["callbackUrl"] == URL
    assert bad["error"]["detail"] == "callbackUrl: must begin with https://."

    one = buyer.post("/api/v1/schedules", json={"every": "90s", "task": echo}).get_json()
    assert one["task"] == echo
    clock.advance(90)
    fire_schedules(bench.yard)
    history = buyer.get(f"/api/v1/schedules/{one['id']}/history").get_json()
    assert buyer.task(history["firings"][0]["taskId"])["callbackUrl"] == URL
    refused = buyer.post("/api/v1/schedules", json={"every": "90s", "task": wrong}).get_json()
    assert [error["field"] for error in refused["errors"]] == ["task.callbackUrl"]
