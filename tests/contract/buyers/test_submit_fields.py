"""What becomes of the fields of a submission, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway import TASKS, Caller


@pytest.mark.parametrize("depth", [100, 230, 250, 500, 1100])
def test_nested_content_is_kept_or_refused_but_never_an_accident(buyer: Caller, depth: int) -> None:
    content = "[" * depth + "]" * depth
    body = f'{{"type":"ECHO","content":{{"content":{content}}}}}'

    answer = buyer.post(TASKS, data=body, content_type="application/json")

    assert answer.status_code == (201 if depth <= 230 else 400), answer.text


@pytest.mark.parametrize(
    "content", [{"sleep_seconds": 301}, {"sleep_seconds": "x"}, {"fail_times": -1}]
)
def test_the_types_own_rules_name_the_field_inside_content(
    buyer: Caller, content: dict[str, Any]
) -> None:
    answer = buyer.submit({"type": "ECHO", "content": content})

    assert answer.get_json()["code"] == "INVALID_FIELD"
    assert answer.get_json()["errors"][0]["field"] == f"content.{next(iter(content))}"


def test_a_type_without_annotators_needs_no_options(buyer: Caller) -> None:
    answer = buyer.submit({"type": "ECHO", "content": "hello"})

    assert answer.status_code == 201
    assert answer.get_json()["costCents"] == 0
    assert answer.get_json()["estimatedCompletionMs"] == 330_000


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("hello", "hello"),
        (["a", 1], ["a", 1]),
        ({"content": "hello"}, "hello"),
        ({"sleep_seconds": 0.5}, {"sleep_seconds": 0.5}),
        ({"content": "x", "fail_times": 2}, {"content": "x", "fail_times": 2}),
    ],
)
def test_content_of_other_types_is_their_payload(buyer: Caller, asked: Any, shown: Any) -> None:
    task = buyer.task(buyer.submitted(type="ECHO", content=asked, options=..., locale=...))

    assert task["content"] == shown
    assert task["options"] is None


@pytest.mark.parametrize(("validations", "cost"), [(..., 20), (1, 10), (3, 20), (5, 30), (25, 130)])
def test_answered_types_cost_by_the_answers_wanted(
    buyer: Caller, validations: Any, cost: int
) -> None:
    answer = buyer.submit(validationsNeeded=validations, maxCents=...)

    assert answer.get_json()["costCents"] == cost


def test_a_price_above_twenty_needs_no_budget_to_be_named(buyer: Caller) -> None:
    answer = buyer.submit({"type": "LOGIN", "content": {"site": "https://example.org"}})

    assert (answer.status_code, answer.get_json()["costCents"]) == (201, 30)


def test_a_secret_of_the_payload_is_never_shown(buyer: Caller) -> None:
    content = {"site": "https://example.org", "password": "canary-7f3a"}
    answer = buyer.submit({"type": "LOGIN", "content": content})
    shown = buyer.get(f"{TASKS}/{answer.get_json()['taskId']}")

    assert "canary" not in shown.text + buyer.get(TASKS).text
    assert shown.get_json()["content"]["site"] == "https://example.org"


def test_unicode_survives(buyer: Caller) -> None:
    text = '这个产品太棒了 — عالی 👍 e\u0301 \\ " \u2028'

    assert buyer.task(buyer.submitted(content=text))["content"] == text


def test_what_was_accepted_beside_the_question_is_shown(buyer: Caller) -> None:
    parent = buyer.submitted()
    task = buyer.task(
        buyer.submitted(
            priority=9,
            notBefore="2031-01-01T01:00:00+01:00",
            after=[parent],
            afterPolicy="finished",
            metadata={"order": 7},
        )
    )

    assert task["priority"] == 9
    assert task["notBefore"] == "2031-01-01T00:00:00.000Z"
    assert task["metadata"] == {"order": 7}
