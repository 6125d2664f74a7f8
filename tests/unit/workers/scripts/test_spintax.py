"""Captions with choices."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.scripts.posting.spintax import spin, variants

SIGNS = st.text(alphabet="{}|\\ab ", max_size=60)
PLAIN = st.text(alphabet=string.ascii_letters + string.digits + " #@é", max_size=20)


def escaped(text: str) -> str:
    """``text`` with each sign that means something written as itself."""
    return "".join(f"\\{sign}" if sign in "{}|\\" else sign for sign in text)


def braced(options: list[str]) -> str:
    """A choice between ``options``."""
    return "{" + "|".join(options) + "}"


CAPTIONS = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(braced),
        st.lists(inner, min_size=1, max_size=3).map("".join),
    ),
    max_leaves=12,
)


def every_one(text: str) -> set[str]:
    """What many seeds make of ``text``."""
    return {spin(text, seed=str(n)) for n in range(200)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{Hi|Hello} #new", {"Hi #new", "Hello #new"}),
        ("{a|{b|c}d}", {"a", "bd", "cd"}),
        ("{a|}", {"a", ""}),
        ("{only}", {"only"}),
        ("{}", {""}),
        ("plain", {"plain"}),
        ("", {""}),
    ],
)
def test_a_choice_is_any_of_its_options(text: str, expected: set[str]) -> None:
    assert every_one(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\{a\|b\}", "{a|b}"),
        (r"a \\ b", r"a \ b"),
        (r"C:\dir", r"C:\dir"),
        ("a|b", "a|b"),
        ("a}b", "a}b"),
        ("{a|b", "{a|b"),
        ("}{", "}{"),
        (r"{\{}", "{"),
        (r"{a\|b}", "a|b"),
        ("{a|b{c", "{a|b{c"),
        ("trailing \\", "trailing \\"),
    ],
)
def test_signs_that_choose_nothing_are_text(text: str, expected: str) -> None:
    assert every_one(text) == {expected}


def test_a_choice_inside_of_an_open_brace_is_a_choice() -> None:
    assert every_one("{x {a|b}") == {"{x a", "{x b"}


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 1), ("plain", 1), ("{a|b}{c|d|e}", 6), ("{a|{b|c}{d|e}}", 5), ("{a|a}", 2), ("{a|b", 1)],
)
def test_variants_are_counted(text: str, count: int) -> None:
    assert variants(text) == count


def test_captions_may_be_nested_as_deep_as_they_are_long() -> None:
    assert spin("{" * 2500 + "a" + "}" * 2500, seed="x") == "a"
    assert spin("{" * 5000, seed="x") == "{" * 5000


@given(SIGNS, st.text(max_size=10))
def test_the_same_seed_gives_the_same_text(text: str, seed: str) -> None:
    assert spin(text, seed) == spin(text, seed)


@given(st.text(max_size=60), st.text(max_size=5))
def test_an_escaped_text_is_itself(text: str, seed: str) -> None:
    assert spin(escaped(text), seed) == text
    assert variants(escaped(text)) == 1


@given(SIGNS)
def test_no_text_has_more_forms_than_variants(text: str) -> None:
    assert len({spin(text, str(n)) for n in range(30)}) <= variants(text)


@given(CAPTIONS)
def test_a_well_formed_caption_leaves_no_brace(text: str) -> None:
    assert not set(spin(text, "seed")) & set("{}|")


@given(st.lists(PLAIN, min_size=1, max_size=4, unique=True), PLAIN)
def test_the_variants_of_a_choice_are_those_of_its_options_together(
    options: list[str], tail: str
) -> None:
    text = braced(options) + tail
    assert variants(text) == len(options)
    assert spin(text, "seed") in {option + tail for option in options}
