from __future__ import annotations

import pytest

from workers.documents.writing.lists import listed, merged


@pytest.mark.parametrize(
    ("answer", "terms"),
    [
        ("sun\nmoon\n", ["sun", "moon"]),
        ("1. Sun\n2) Moon\n- star\n* comet\n• dust", ["Sun", "Moon", "star", "comet", "dust"]),
        ("sun, moon, stars.", ["sun", "moon", "stars"]),
        ("太阳、月亮", ["太阳", "月亮"]),
        ('"sun"\n**moon**', ["sun", "moon"]),
        ("sun\nsun\n" + "x" * 99, ["sun"]),
        ("\n".join(f"term {n}" for n in range(30)), [f"term {n}" for n in range(10)]),
        ("", []),
    ],
)
def test_terms_are_read_however_a_model_lists_them(answer: str, terms: list[str]) -> None:
    assert listed(answer) == terms


def test_what_is_high_up_in_most_lists_comes_first() -> None:
    assert merged([["sun", "moon"], ["Moon", "star"], ["moon"]]) == ["moon", "sun", "star"]


def test_lists_of_nothing_are_nothing() -> None:
    assert merged([]) == merged([[], []]) == []
