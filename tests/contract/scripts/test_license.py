"""The plan: what it allows, and who has no API."""

from __future__ import annotations

import pytest

from tests.contract.scripts.conftest import new_operator
from tests.operators import TASK, OperatorsBench

LICENSE = "/api/v1/license/check"


@pytest.mark.parametrize(("plan", "limit"), [("pro", 20), ("team", 100), ("business", 1000)])
def test_a_plan_says_what_it_includes(bench: OperatorsBench, plan: str, limit: int) -> None:
    operator = new_operator(bench, plan=plan)

    assert operator.data(LICENSE) == {
        "plan_name": plan,
        "api_enabled": True,
        "device_limit": limit,
        "message": f"The plan {plan} includes this API and {limit} devices.",
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", LICENSE),
        ("GET", TASK),
        ("POST", TASK),
        ("GET", f"{TASK}/1"),
        ("GET", f"{TASK}/x"),
        ("DELETE", f"{TASK}/1"),
        ("DELETE", f"{TASK}/batch"),
        ("POST", f"{TASK}/1/stop"),
        ("POST", f"{TASK}/1/retry"),
        ("POST", f"{TASK}/retry-all"),
        ("GET", f"{TASK}/stats"),
    ],
)
def test_the_plan_starter_has_none_of_it(bench: OperatorsBench, method: str, path: str) -> None:
    operator = new_operator(bench, plan="starter")

    body = operator.send(method, path).get_json()

    assert (body["code"], body["data"]) == (40301, None)
    assert "starter" in body["message"]
    assert "pro, team and business" in body["message"]


def test_other_dialects_ask_for_no_plan(bench: OperatorsBench) -> None:
    assert new_operator(bench, plan="starter").get("/api/v1/tasks").status_code == 200
