"""What the description says of this dialect's answers is true."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from api.app import create_blank_app
from api.description import describe
from tests.operators import TASK, Operator

SPEC = describe(create_blank_app())
ONE = f"{TASK}/{{task_id}}"


def check(path: str, answer: TestResponse) -> Any:
    """The data of ``answer``, once it is what the description says."""
    ways = SPEC["paths"][path][answer.request.method.lower()]
    schema = ways["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    body = answer.get_json()
    Draft202012Validator({**schema, "components": SPEC["components"]}).validate(body)
    return body["data"]


def test_answers_are_what_it_says(operator: Operator) -> None:
    first, second = check(TASK, operator.order(serials=["a", "b"]))["task_ids"]
    operator.fail(first)
    check(TASK, operator.get(TASK))
    check(ONE, operator.get(f"{TASK}/{first}"))
    check(f"{TASK}/stats", operator.get(f"{TASK}/stats"))
    check(f"{ONE}/retry", operator.post(f"{TASK}/{first}/retry"))
    check(f"{TASK}/retry-all", operator.post(f"{TASK}/retry-all"))
    check(f"{ONE}/stop", operator.post(f"{TASK}/{first}/stop"))
    check(f"{TASK}/batch", operator.delete(f"{TASK}/batch", json={"task_ids": [first, 5**20]}))
    check(ONE, operator.delete(f"{TASK}/{second}"))
    check("/api/v1/license/check", operator.get("/api/v1/license/check"))


def test_refusals_are_what_it_says(operator: Operator) -> None:
    check(TASK, operator.order(script_name=...))
    check(TASK, operator.get(f"{TASK}?page=0"))
    check(ONE, operator.get(f"{TASK}/999999999"))
    check(f"{TASK}/batch", operator.delete(f"{TASK}/batch"))
    number = operator.one()
    check(f"{ONE}/retry", operator.post(f"{TASK}/{number}/retry"))


def test_an_order_as_the_description_shows_it_is_taken(operator: Operator) -> None:
    shown = SPEC["paths"][TASK]["post"]["requestBody"]["content"]["application/json"]

    Draft202012Validator(shown["schema"]).validate(shown["example"])
    assert operator.told(operator.post(TASK, json=shown["example"]))["created_count"] == 1
