"""What `taskyard submit` makes of its arguments."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import Refused
from taskyard.commands.submit import content_of, fields_of


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
