"""Every row of the buyers' error table: code, status, and the shape of the body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api import create_app_for
from shared.ids import new_id
from shared.yard import Yard
from tests.gateway import TASKS, Bench, Caller, open_account

Ask = Callable[[Bench, Caller], TestResponse]


def poor(bench: Bench) -> Caller:
    """A buyer whose account is empty."""
    return bench.caller(open_account(bench.yard.store, "poor", cents=0))


ROWS: list[tuple[str, int, Ask]] = [
    ("UNAUTHORIZED", 401, lambda bench, b: bench.stranger(b.account, None).submit()),
    ("MISSING_FIELDS", 400, lambda bench, b: b.submit(content=...)),
    ("INVALID_TYPE", 400, lambda bench, b: b.submit(type="HOROSCOPE")),
    ("OPTIONS_REQUIRED", 400, lambda bench, b: b.submit(options=["only one"])),
    ("INVALID_FIELD", 400, lambda bench, b: b.submit(locale="tlh")),
    ("BUDGET_TOO_LOW", 400, lambda bench, b: b.submit(maxCents=19)),
    ("PROJECT_NOT_FOUND", 404, lambda bench, b: b.submit(projectId=new_id())),
    ("INSUFFICIENT_CREDITS", 402, lambda bench, b: poor(bench).submit()),
    ("NOT_FOUND", 404, lambda bench, b: b.get(f"{TASKS}/{new_id()}")),
    ("INVALID_JSON", 400, lambda bench, b: b.post(TASKS, data="{", content_type=JSON)),
    ("FORBIDDEN", 403, lambda bench, b: bench.caller(b.account, "validator", "Ada").submit()),
    ("CONFLICT", 409, lambda bench, b: canceled_twice(b)),
    ("BODY_TOO_LARGE", 413, lambda bench, b: b.submit(content="x" * 10_000_000)),
    ("UNSUPPORTED_MEDIA_TYPE", 415, lambda bench, b: b.post(TASKS, data="type=ECHO")),
]
JSON = "application/json"


def canceled_twice(buyer: Caller) -> TestResponse:
    """Cancel a task that is canceled already."""
    path = f"{TASKS}/{buyer.submitted()}"
    buyer.delete(path)
    return buyer.delete(path)


@pytest.mark.parametrize(("code", "status", "ask"), ROWS, ids=[row[0] for row in ROWS])
def test_each_failure_has_its_code_and_status(
    bench: Bench, buyer: Caller, code: str, status: int, ask: Ask
) -> None:
    answer = ask(bench, buyer)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


@pytest.mark.parametrize(("code", "status", "ask"), ROWS, ids=[row[0] for row in ROWS])
def test_each_failure_is_told_as_problem_details(
    bench: Bench, buyer: Caller, code: str, status: int, ask: Ask
) -> None:
    answer = ask(bench, buyer)
    body = answer.get_json()

    assert answer.mimetype == "application/problem+json"
    assert body["type"] == f"urn:taskyard:problem:{code.lower().replace('_', '-')}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]


def test_too_many_pending_tasks_are_refused_with_retry_after(yard: Yard) -> None:
    crowded = replace(yard, settings=replace(yard.settings, max_pending_tasks=2))
    buyer = Bench(create_app_for(crowded), crowded).caller(open_account(yard.store, "busy"))
    buyer.submitted()
    buyer.submitted()

    answer = buyer.submit()

    assert (answer.status_code, answer.get_json()["code"]) == (429, "RATE_LIMITED")
    assert int(answer.headers["Retry-After"]) > 0


def test_the_pending_limit_is_checked_before_the_body(yard: Yard) -> None:
    crowded = replace(yard, settings=replace(yard.settings, max_pending_tasks=1))
    buyer = Bench(create_app_for(crowded), crowded).caller(open_account(yard.store, "busy"))
    buyer.submitted()

    assert buyer.post(TASKS, data="{", content_type=JSON).get_json()["code"] == "RATE_LIMITED"


ORDER: list[tuple[str, dict[str, Any]]] = [
    ("MISSING_FIELDS", {"content": ""}),
    ("INVALID_TYPE", {"type": "HOROSCOPE"}),
    ("OPTIONS_REQUIRED", {"options": []}),
    ("INVALID_FIELD", {"validationsNeeded": 26}),
    ("BUDGET_TOO_LOW", {"maxCents": 1}),
    ("PROJECT_NOT_FOUND", {"projectId": "no such project"}),
]
PAIRS = [(first, second) for n, first in enumerate(ORDER) for second in ORDER[n + 1 :]]


@pytest.mark.parametrize(
    ("first", "second"), PAIRS, ids=[f"{one[0]}-{two[0]}" for one, two in PAIRS]
)
def test_of_two_failures_the_earlier_row_is_told(
    buyer: Caller, first: tuple[str, dict[str, Any]], second: tuple[str, dict[str, Any]]
) -> None:
    answer = buyer.submit(**{**second[1], **first[1]})

    assert answer.get_json()["code"] == first[0]


def test_an_empty_account_is_told_last(bench: Bench) -> None:
    answer = poor(bench).submit(projectId=new_id())

    assert answer.get_json()["code"] == "PROJECT_NOT_FOUND"


def test_every_failing_field_is_named(buyer: Caller) -> None:
    body = buyer.submit(locale="tlh", priority=10, maxCents=0).get_json()

    assert {error["field"] for error in body["errors"]} == {"locale", "priority", "maxCents"}
    assert all(error["detail"] for error in body["errors"])


def test_a_missing_field_is_named(buyer: Caller) -> None:
    body = buyer.post(TASKS).get_json()

    assert [error["field"] for error in body["errors"]] == ["type", "content", "options"]


def test_a_type_that_could_not_be_loaded_is_said_to_be_unavailable(buyer: Caller) -> None:
    body = buyer.submit(type="FACE_COUNT").get_json()

    assert body["code"] == "INVALID_TYPE"
    assert "FACE_COUNT is not available" in body["detail"]


def test_a_refusal_of_authentication_says_how(bench: Bench, buyer: Caller) -> None:
    answer = bench.stranger(buyer.account, "nonsense").get(TASKS)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


UNKNOWN = ["/", "/nowhere", "/api/v1/nothing", "/api/v2/tasks", "/v9"]
UNKNOWN += ["/api/v1/requests/1/more", "/api/v1/servers/1/more"]


@pytest.mark.parametrize("path", UNKNOWN)
def test_unknown_addresses_speak_this_dialect(buyer: Caller, path: str) -> None:
    answer = buyer.get(path)

    assert (answer.status_code, answer.get_json()["code"]) == (404, "NOT_FOUND")
    assert answer.mimetype == "application/problem+json"


def test_a_wrong_method_is_told_which_ones_would_do(buyer: Caller) -> None:
    answer = buyer.send("PUT", TASKS)

    assert (answer.status_code, answer.get_json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
