"""What a list may be asked for."""

from __future__ import annotations

import pytest

from tests.gateway import TASKS, Caller

ECHO = {"type": "ECHO", "content": "hello"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("status=DONE", "status"),
        ("status=pending", "status"),
        ("status=PENDING,", "status"),
        ("cursor=x", "cursor"),
        ("cursor=", "cursor"),
        ("type=", "type"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(buyer: Caller, query: str, field: str) -> None:
    answer = buyer.get(f"{TASKS}?{query}")

    assert (answer.status_code, answer.get_json()["code"]) == (400, "INVALID_FIELD")
    assert answer.get_json()["errors"][0]["field"] == field


@pytest.mark.parametrize("limit", ["100", "101", "5000"])
def test_a_page_has_at_most_a_hundred_tasks(buyer: Caller, limit: str) -> None:
    buyer.post(f"{TASKS}/bulk", json=[ECHO] * 101)

    assert len(buyer.get(f"{TASKS}?limit={limit}").get_json()["tasks"]) == 100
