"""What a bulk may look like."""

from __future__ import annotations

import orjson
import pytest

from tests.gateway import TASKS, Caller

BULK = f"{TASKS}/bulk"
ECHO = {"type": "ECHO", "content": "hello"}


def test_more_than_ten_thousand_items_are_refused_whole(buyer: Caller) -> None:
    answer = buyer.post(BULK, data=orjson.dumps([ECHO] * 10_001), content_type="application/json")

    assert (answer.status_code, answer.get_json()["code"]) == (400, "INVALID_FIELD")
    assert buyer.get(TASKS).get_json()["tasks"] == []


@pytest.mark.parametrize("body", ["{", "{}", '"x"', "5", ""])
def test_a_body_that_is_no_array_is_refused(buyer: Caller, body: str) -> None:
    answer = buyer.post(BULK, data=body, content_type="application/json")

    assert (answer.status_code, answer.get_json()["code"]) == (400, "INVALID_JSON")


def test_another_content_type_is_refused(buyer: Caller) -> None:
    answer = buyer.post(BULK, data="[]", content_type="text/plain")

    assert (answer.status_code, answer.get_json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
