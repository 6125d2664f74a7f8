"""What the client makes of answers, and what `taskyard submit` sends."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import Refused, Unavailable
from taskyard.client import Client, refusal
from taskyard.commands.submit import content_of, fields_of

PROBLEM = b'{"code": "INVALID_TYPE", "detail": "type: must be one of ECHO."}'


def test_a_refusal_is_told_in_the_gateways_words() -> None:
    error = refusal(400, PROBLEM)

    assert isinstance(error, Refused)
    assert (str(error), error.code) == ("type: must be one of ECHO.", "INVALID_TYPE")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_be_had_later_is_unavailable(status: int) -> None:
    assert isinstance(refusal(status, PROBLEM), Unavailable)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}"])
def test_an_answer_in_other_words_is_no_gateways(body: bytes) -> None:
    assert isinstance(refusal(404, body), Unavailable)


def test_nobody_answering_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="refused"):
        Client("http://127.0.0.1:1", "no token").task("an id")


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("hello", "hello"),
        ("5", "5"),
        ('{"a": 1}', {"a": 1}),
        (" [1, 2]\n", [1, 2]),
    ],
)
def test_content_is_structured_where_it_is_an_object_or_an_array(text: str, content: Any) -> None:
    assert content_of(text) == content


@pytest.mark.parametrize("text", ['{"a":', "[1, 2", " {broken"])
def test_content_that_only_begins_like_json_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="CONTENT begins like JSON and is none: "):
        content_of(text)
    assert content_of(text, may_be_text=True) == text


def test_only_what_is_given_is_sent() -> None:
    assert fields_of() == {}
    given = fields_of(options="good, bad", priority=0, not_before="2030-01-31", after=("a", "b"))
    assert given == {
        "options": ["good", "bad"],
        "priority": 0,
        "notBefore": "2030-01-31",
        "after": ["a", "b"],
    }
