"""Requests with keys in the buyers' words: everything that is made there is made once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api.app import create_blank_app
from api.description import describe
from tests.asking import REQUESTS, Asker, as_csv, asker, link_bench, sent_as_csv
from tests.campaigning import a_body, a_site
from tests.gateway import REVIEW, TASKS, Bench, Caller, open_account
from tests.keyed import HEADER, assert_same, sent

__all__ = ["asker", "link_bench"]
SPEC = describe(create_blank_app())
MAKES_NOTHING = {
    "/api/v1/tokens",  # a token is nowhere but in its answer, and ends by itself
    "/api/v1/requests/{request_id}/pause",
    "/api/v1/requests/{request_id}/resume",
    "/api/v1/schedules/{schedule_id}/pause",
    "/api/v1/schedules/{schedule_id}/resume",
    "/api/v1/task/retry-all",
    "/api/v1/task/{task_id}/retry",
    "/api/v1/task/{task_id}/stop",
    "/api/v1/tasks/{task_id}/retry",
    "/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    "/api/v1/webhooks/{webhook_id}/pause",
    "/api/v1/webhooks/{webhook_id}/replay",
    "/api/v1/webhooks/{webhook_id}/resume",
    "/api/v1/worker/health",
    "/api/v1/worker/tasks/claim",
    "/api/v1/worker/tasks/extend",
}
"""What is posted to and makes nothing, so that nothing can be made twice."""
Make = Callable[[Caller], tuple[str, dict[str, Any], dict[str, Any]]]


def names(operation: dict[str, Any]) -> set[str]:
    """The names of an operation's parameters."""
    return {one["name"] for one in operation.get("parameters", ())}


def test_every_post_that_makes_something_takes_a_key() -> None:
    posts = {path: ways["post"] for path, ways in SPEC["paths"].items() if "post" in ways}

    without = {path for path, operation in posts.items() if HEADER not in names(operation)}

    assert without <= MAKES_NOTHING


@pytest.mark.parametrize(
    "path", [p for p, w in SPEC["paths"].items() if HEADER in names(w.get("post", {}))]
)
def test_what_may_become_of_a_key_is_described(path: str) -> None:
    assert {"409", "422"} <= SPEC["paths"][path]["post"]["responses"].keys()


def a_task(_: Caller) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """One task."""
    return TASKS, REVIEW, {**REVIEW, "locale": "en"}


def a_bulk(_: Caller) -> tuple[str, Any, Any]:
    """Two tasks, of which one is refused."""
    return f"{TASKS}/bulk", [REVIEW, {}], [REVIEW, REVIEW]


def a_project(_: Caller) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A project, whose name can be had once."""
    return "/api/v1/projects", {"name": "reviews"}, {"name": "others"}


def a_device(_: Caller) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A device, whose serial can be had once."""
    return "/api/v1/devices", {"serial": "d1"}, {"serial": "d2"}


def a_server(_: Caller) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A server, with a key that is shown once."""
    asked = {"name": "w1", "services": ["entity"]}
    return "/api/v1/servers", asked, {**asked, "name": "w2"}


def a_servers_key(operator: Caller) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A new key of a server."""
    made = operator.post("/api/v1/servers", json={"name": "w3", "services": ["social"]})
    path = f"/api/v1/servers/{made.get_json()['serverId']}/keys"
    return path, {"overlapSeconds": 60}, {"overlapSeconds": 61}


@pytest.mark.parametrize(
    ("make", "role"),
    [
        (a_task, "buyer"),
        (a_bulk, "buyer"),
        (a_project, "buyer"),
        (a_device, "operator"),
        (a_server, "operator"),
        (a_servers_key, "operator"),
    ],
)
def test_what_is_made_is_made_once(bench: Bench, store: Any, make: Make, role: str) -> None:
    here = bench.caller(open_account(store, "maker"), role)
    path, asked, other = make(here)

    first = sent(here, path, "a", json=asked)
    assert_same(first, sent(here, path, "a", json=asked))

    refused = sent(here, path, "a", json=other)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "IDEMPOTENCY_MISMATCH")
    assert refused.content_type == "application/problem+json"
    assert sent(here, path, "b", json=other).status_code == first.status_code


def test_a_campaign_is_made_once(asker: Asker) -> None:
    body = a_body(3)

    first = sent(asker, REQUESTS, "a", json=body)
    assert_same(first, sent(asker, REQUESTS, "a", json=body))

    assert sent(asker, REQUESTS, "a", json=a_body(2)).status_code == 422
    assert (asker.count(), asker.balance()) == (1, 10_000 - 3 * 20)


def test_a_table_is_another_request_where_its_query_is(asker: Asker) -> None:
    table = as_csv([a_site(1)])

    first = sent(asker, key="a", **sent_as_csv(table))
    assert_same(first, sent(asker, key="a", **sent_as_csv(table)))

    assert sent(asker, key="a", **sent_as_csv(table, name="Autumn")).status_code == 422
    assert asker.count() == 1


def test_the_same_key_of_two_people_does_not_take_an_answer_for_another(
    bench: Bench, buyer: Caller
) -> None:
    question = {
        "type": "IMAGE_CLASSIFICATION",
        "content": "https://example.org/cat.jpg",
        "options": ["cat", "dog"],
    }
    path = f"{TASKS}/{buyer.submit(question).get_json()['taskId']}/answers"
    ada, ben = (bench.caller(buyer.account, "validator", name) for name in ("Ada", "Ben"))

    first = sent(ada, path, "1", json={"answer": "cat"})
    assert_same(first, sent(ada, path, "1", json={"answer": "cat"}))

    assert sent(ben, path, "1", json={"answer": "cat"}).status_code == 422
    assert sent(ben, path, "2", json={"answer": "cat"}).status_code == 201


def test_a_body_that_is_too_large_is_refused_as_without_a_key(buyer: Caller) -> None:
    body = b" " * (8 * 1024 * 1024 + 1)

    answer = sent(buyer, TASKS, "a", data=body, content_type="application/json")

    assert (answer.status_code, answer.get_json()["code"]) == (413, "BODY_TOO_LARGE")
