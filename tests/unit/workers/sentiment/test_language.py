"""The caller's locale holds unless the text plainly says otherwise."""

import pytest

from workers.sentiment.annotators.language import language_of

TEXTS = [
    ("so good", "en", "en"),
    ("味道很好", "en", "zh"),
    ("الفيلم رائع", "fr", "ar"),
    ("das ist nicht gut und ich bin traurig", "en", "de"),
    ("la comida es muy buena pero el sitio no", "en", "es"),
    ("le film est nul", "fr", "fr"),
    ("super", "fr", "fr"),
    ("great stuff", "zh", "en"),
    ("😀", "de", "de"),
    ("ciao", "it", "en"),
]


@pytest.mark.parametrize(("text", "locale", "expected"), TEXTS)
def test_a_text_is_read_in_its_language(text: str, locale: str, expected: str) -> None:
    assert language_of(text, locale) == expected
