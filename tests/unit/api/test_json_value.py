"""Which JSON values can be kept."""

from __future__ import annotations

from typing import Any

import pytest

from api.json_value import as_json


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}"),
        (["a"], '["a"]'),
        ({"a": [1, None, "é"]}, '{"a":[1,null,"é"]}'),
        ({"a": "\\u0000"}, '{"a":"\\\\u0000"}'),
        ({"a": "\x00"}, None),
        ({"\x00": "a"}, None),
        ([[["\x00"]]], None),
    ],
)
def test_values_become_text_unless_they_hide_a_nul(value: Any, text: str | None) -> None:
    assert as_json(value) == text


@pytest.mark.parametrize(("depth", "is_kept"), [(1, True), (200, True), (300, False)])
def test_depth_is_bounded(depth: int, is_kept: bool) -> None:
    value: Any = []
    for _ in range(depth):
        value = [value]

    assert (as_json(value) is not None) is is_kept
