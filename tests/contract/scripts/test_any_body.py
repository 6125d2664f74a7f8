"""Whatever JSON is sent: an answer in the envelope, and never a fault of our own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.scripts.conftest import new_operator
from tests.contract.scripts.test_config import DEFAULTS
from tests.operators import TASK, Operator, OperatorsBench

LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(
    allow_nan=False, allow_infinity=False
) | st.text(st.characters(codec="utf-8"))  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=5,
)
CONFIGS = st.fixed_dictionaries({}, optional=dict.fromkeys(DEFAULTS, JSON)) | JSON
ORDERS = st.fixed_dictionaries(
    {"script_name": st.sampled_from(["post", "tap"]) | JSON, "script_config": CONFIGS},
    optional={
        "serials": st.just(["x"]) | JSON,
        "usernames": st.just(["@zoe"]) | JSON,
        "enable_multi_account": JSON,
        "start_time": st.from_regex(r"[0-2][0-9]:[0-6][0-9]", fullmatch=True) | JSON,
    },
)
OFTEN = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def anybody(bench: OperatorsBench) -> Operator:
    """An operator who sends whatever comes to mind."""
    return new_operator(bench)


def is_answered(answer: Any) -> bool:
    """Whether the answer is one of the dialect's, and no fault of ours."""
    body = answer.get_json()
    assert body.keys() == {"code", "message", "data"}
    assert answer.status_code == (body["code"] // 100 or 200)
    return answer.status_code in (200, 400, 402, 404)


@OFTEN
@given(body=ORDERS | JSON)
def test_any_order_is_answered(anybody: Operator, body: Any) -> None:
    assert is_answered(anybody.post(TASK, json=body))


@OFTEN
@given(body=st.fixed_dictionaries({"task_ids": st.lists(JSON, max_size=5) | JSON}) | JSON)
def test_any_batch_is_answered(anybody: Operator, body: Any) -> None:
    assert is_answered(anybody.delete(f"{TASK}/batch", json=body))


@OFTEN
@given(
    query=st.dictionaries(
        st.sampled_from(["status", "serial", "script_name", "source", "page", "page_size"]),
        st.text(st.characters(codec="utf-8"), max_size=20) | st.integers().map(str),
    )
)
def test_any_query_is_answered(anybody: Operator, query: dict[str, str]) -> None:
    assert is_answered(anybody.get(TASK, query_string=query))
