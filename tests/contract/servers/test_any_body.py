"""Whatever JSON is sent: an answer in the envelope, and never a fault of our own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.remote_servers import HEALTH, TASKS, Remote, ServersBench

TEXT = st.text(st.characters(codec="utf-8"))
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
WORDS = (
    "status", "link_profile", "link_post", "error_message", "note", "is_indexed", "attempt",
    "retryable", "journal", "limit", "service_type", "cpu_usage", "active_tasks", "ip",
)  # fmt: skip
STATUS = st.sampled_from(["running", "failed", "completed", "canceled", "queued"])
REPORTS = st.fixed_dictionaries({}, optional=dict.fromkeys(WORDS, JSON) | {"status": STATUS})
OFTEN = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def anybody(bench: ServersBench) -> Remote:
    """A server that sends whatever comes to mind."""
    remote = bench.remote()
    remote.assigned(3)
    return remote


@OFTEN
@given(body=REPORTS | JSON, path=st.sampled_from([f"{TASKS}/claim", f"{TASKS}/extend", HEALTH]))
def test_any_call_is_answered(anybody: Remote, body: Any, path: str) -> None:
    if isinstance(body, dict):
        body.pop("wait", None)

    assert anybody.post(path, json=body).status_code in (200, 400)


@OFTEN
@given(body=REPORTS | JSON)
def test_any_report_is_answered(anybody: Remote, body: Any) -> None:
    status = "pending,queued,running,completed,failed,canceled"
    link_id = anybody.ids(f"status={status}")[0]

    single = anybody.put(f"{TASKS}/{link_id}", json=body)
    assert single.status_code in (200, 400, 409)

    item = {**body, "link_id": link_id} if isinstance(body, dict) else body
    (told,) = anybody.bulk(item)["results"]
    assert told["success"] or told["error"]


@OFTEN
@given(items=st.lists(JSON | st.fixed_dictionaries({"link_id": JSON, "attempt": JSON}), max_size=4))
def test_any_items_are_answered_one_by_one(anybody: Remote, items: list[Any]) -> None:
    told = anybody.bulk(*items)

    assert (told["total"], len(told["results"])) == (len(items), len(items))
    assert len(anybody.extend(*items)) == len(items)


@OFTEN
@given(
    query=st.dictionaries(
        st.sampled_from(["status", "service_type", "page", "limit", "after"]),
        st.text(st.characters(codec="utf-8"), max_size=20) | st.integers().map(str),
    )
)
def test_any_query_is_answered(anybody: Remote, query: dict[str, str]) -> None:
    assert anybody.get(TASKS, query_string=query).status_code in (200, 400)
