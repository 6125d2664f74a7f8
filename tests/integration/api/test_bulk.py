"""Many submissions in one request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from api import create_app_for
from shared.tasks import queries
from shared.yard import Yard
from tests.gateway import REVIEW, TASKS, Bench, Caller, open_account

BULK = f"{TASKS}/bulk"
ECHO = {"type": "ECHO", "content": "hello"}


def send(caller: Caller, items: Any) -> dict[str, Any]:
    """Send a bulk that is answered with 200."""
    answer = caller.post(BULK, data=orjson.dumps(items), content_type="application/json")
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def send_lines(caller: Caller, text: str, kind: str = "application/x-ndjson") -> dict[str, Any]:
    """Send lines that are answered with 200."""
    answer = caller.post(BULK, data=text.encode(), content_type=kind)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_every_item_is_answered_in_its_place(buyer: Caller) -> None:
    body = send(buyer, [ECHO, REVIEW, ECHO])

    assert (body["accepted"], body["rejected"]) == (3, 0)
    assert [result["index"] for result in body["results"]] == [0, 1, 2]
    assert [result["costCents"] for result in body["results"]] == [0, 20, 0]
    assert buyer.task(body["results"][1]["taskId"])["type"] == "SENTIMENT_ANALYSIS"


def test_one_bad_item_spoils_no_other(buyer: Caller) -> None:
    bad = [
        {**REVIEW, "content": ""},
        {**REVIEW, "type": "HOROSCOPE"},
        {**REVIEW, "options": []},
        {**REVIEW, "locale": "tlh"},
        {**REVIEW, "maxCents": 1},
        {**REVIEW, "projectId": "nowhere"},
        "no object",
        None,
    ]
    body = send(buyer, [ECHO, *bad, ECHO])

    assert (body["accepted"], body["rejected"]) == (2, len(bad))
    assert [result["error"]["code"] for result in body["results"][1:-1]] == [
        "MISSING_FIELDS",
        "INVALID_TYPE",
        "OPTIONS_REQUIRED",
        "INVALID_FIELD",
        "BUDGET_TOO_LOW",
        "PROJECT_NOT_FOUND",
        "INVALID_JSON",
        "INVALID_JSON",
    ]
    assert len(buyer.get(TASKS).get_json()["tasks"]) == 2


def test_lines_are_items_and_blank_ones_are_not(buyer: Caller) -> None:
    line = orjson.dumps(ECHO).decode()
    body = send_lines(buyer, f"{line}\n\n  \r\n{{broken\r\n{line}")

    assert (body["accepted"], body["rejected"]) == (2, 1)
    assert body["results"][1]["index"] == 1
    assert body["results"][1]["error"]["code"] == "INVALID_JSON"


def test_a_line_may_hold_a_line_separator_of_unicode(buyer: Caller) -> None:
    line = orjson.dumps({"type": "ECHO", "content": "one\u2028two\u0085three"}).decode()

    assert send_lines(buyer, line)["accepted"] == 1


def test_an_empty_bulk_is_no_failure(buyer: Caller) -> None:
    assert send(buyer, []) == {"accepted": 0, "rejected": 0, "results": []}


def test_a_large_bulk_is_stored_whole(bench: Bench, buyer: Caller) -> None:
    body = send(buyer, [ECHO] * 2500)

    assert body["accepted"] == 2500
    assert len({result["taskId"] for result in body["results"]}) == 2500
    with bench.yard.store.read() as tx:
        assert sum(queries.counts(tx, buyer.account.id).values()) == 2500


def test_a_bulk_may_be_larger_than_an_ordinary_body(buyer: Caller) -> None:
    large = {"type": "ECHO", "content": "x" * 99_000}

    assert send(buyer, [large] * 100)["accepted"] == 100


def test_a_bulk_spends_what_the_account_has_and_no_more(bench: Bench) -> None:
    buyer = bench.caller(open_account(bench.yard.store, "thrifty", cents=50))

    body = send(buyer, [REVIEW] * 4)

    assert (body["accepted"], body["rejected"]) == (2, 2)
    assert {r["error"]["code"] for r in body["results"] if "error" in r} == {"INSUFFICIENT_CREDITS"}
    assert buyer.get("/api/v1/credits").get_json() == {"balanceCents": 10, "heldCents": 40}


def test_a_bulk_fills_the_pending_limit_and_stops_there(yard: Yard) -> None:
    crowded = replace(yard, settings=replace(yard.settings, max_pending_tasks=3))
    buyer = Bench(create_app_for(crowded), crowded).caller(open_account(yard.store, "busy"))

    body = send(buyer, [ECHO] * 5)

    assert (body["accepted"], body["rejected"]) == (3, 2)
    assert body["results"][4]["error"]["code"] == "RATE_LIMITED"
    assert buyer.submit(ECHO).status_code == 429
