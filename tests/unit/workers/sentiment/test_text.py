"""What the annotators get to read."""

import pytest

from workers.sentiment.annotators.text import LONGEST, says_nothing, text_of

CONTENTS = [
    ("plain words", "plain words"),
    ("@user so good! https://t.co/x1", "so good!"),
    ("RT @anna: nice", "nice"),
    ("#BestDayEver", "Best Day Ever"),
    ("don\\u2019t go", "don’t go"),
    ("so \\ud83d\\ude00 good\\ud83d", "so 😀 good"),
    ("fish &amp; chips<br/>now", "fish & chips now"),
    ({"title": "Great", "stars": 5, "body": ["fast", "kind"]}, "Great . fast . kind"),
    (["a", {"b": "c"}], "a . c"),
    (None, ""),
    (42, ""),
    ("", ""),
    ("https://example.org/only", ""),
]


@pytest.mark.parametrize(("content", "text"), CONTENTS)
def test_content_of_any_shape_becomes_readable_text(content: object, text: str) -> None:
    assert text_of(content) == text


def test_a_very_long_text_keeps_its_start_and_its_end() -> None:
    text = text_of("begin " + "x " * 50_000 + "end")
    assert len(text) <= LONGEST + 1
    assert text.startswith("begin")
    assert text.endswith("end")


def test_content_nested_too_deep_is_cut_off() -> None:
    content: object = "deep"
    for _ in range(5000):
        content = [content]
    assert text_of(content) == ""


@pytest.mark.parametrize(
    ("text", "quiet"),
    [("", True), ("12 ...", True), ("ok", False), ("😀", False), (":)", False), ("好", False)],
)
def test_a_text_without_letters_or_faces_says_nothing(text: str, quiet: bool) -> None:
    assert says_nothing(text) is quiet
