"""What a client makes of answers, in each dialect's words."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared.errors import Refused, Unavailable
from taskyard.client import (
    Conflict,
    CreditsExhausted,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unreachable,
)
from taskyard.client.answer import Answer, error_of, value_of

PROBLEM = b'{"code": "INVALID_TYPE", "detail": "type: must be one of ECHO."}'


def answer(status: int, body: Any, **headers: str) -> Answer:
    """An answer with that JSON."""
    return Answer(status, headers, orjson.dumps(body))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, Unauthorized),
        (402, CreditsExhausted),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (413, Rejected),
        (422, Rejected),
    ],
)
def test_a_refusal_is_told_in_the_gateways_words(status: int, kind: type[Rejected]) -> None:
    error = error_of(Answer(status, {"x-request-id": "r1"}, PROBLEM))

    assert type(error) is kind
    assert isinstance(error, Refused)
    assert (str(error), error.code) == ("type: must be one of ECHO.", "INVALID_TYPE")
    assert (error.status, error.request_id) == (status, "r1")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_be_had_later_is_unreachable(status: int) -> None:
    error = error_of(Answer(status, {"retry-after": "7"}, PROBLEM))

    assert isinstance(error, Unreachable)
    assert isinstance(error, Unavailable)
    assert isinstance(error, RateLimited) == (status == 429)
    assert (error.status, error.retry_after_seconds) == (status, 7.0)


def test_the_fields_at_fault_are_named() -> None:
    errors = [{"field": "priority", "detail": "must be from 0 to 9."}]
    error = error_of(answer(400, {"code": "INVALID_FIELD", "detail": "No.", "errors": errors}))

    assert isinstance(error, Rejected)
    assert error.fields == {"priority": "must be from 0 to 9."}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            {"success": False, "error": {"code": "NO_FILE", "message": "None."}},
            ("NO_FILE", "None."),
        ),
        ({"code": 40001, "message": "Bad.", "data": None}, ("40001", "Bad.")),
        ({"success": False, "message": "Not yours."}, ("REFUSED", "Not yours.")),
    ],
    ids=["jobs", "scripts", "servers"],
)
def test_errors_of_the_other_dialects_are_understood(
    body: dict[str, Any], told: tuple[str, str]
) -> None:
    error = error_of(answer(400, body))

    assert isinstance(error, Rejected)
    assert (error.code, str(error)) == told


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"error": 5}'])
def test_an_answer_in_other_words_is_no_gateways(body: bytes) -> None:
    assert isinstance(error_of(Answer(404, {}, body)), Unreachable)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"success": true, "data": [1]}', [1]),
        (b'{"code": 0, "message": "success", "data": {"id": 1}}', {"id": 1}),
        (b'{"taskId": "t"}', {"taskId": "t"}),
        (b"", None),
    ],
    ids=["jobs", "scripts", "buyers", "nothing"],
)
def test_envelopes_are_opened(body: bytes, value: object) -> None:
    assert value_of(Answer(200, {}, body)) == value


def test_a_success_that_is_no_json_is_no_gateways() -> None:
    with pytest.raises(Unreachable, match="answers 200, and not in the words of one"):
        value_of(Answer(200, {}, b"<html>"))


@pytest.mark.parametrize(
    ("status", "headers", "passes"),
    [
        (0, {}, True),
        (429, {}, True),
        (500, {}, True),
        (503, {}, True),
        (409, {"retry-after": "1"}, True),
        (409, {}, False),
        (404, {}, False),
        (400, {"retry-after": "1"}, False),
        (200, {}, False),
    ],
)
def test_only_what_passes_is_asked_again(
    status: int, headers: dict[str, str], passes: bool
) -> None:
    assert Answer(status, headers).is_passing is passes
