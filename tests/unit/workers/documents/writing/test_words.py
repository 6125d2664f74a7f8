from __future__ import annotations

import pytest

from workers.documents.writing.language import known, stemmer, stop_words
from workers.documents.writing.words import words


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Don't panic, Ford!", "en", ["don't", "panic", "ford"]),
        ("L'eau qu'elle boit", "fr", ["l'", "eau", "qu'", "elle", "boit"]),
        ("Die Straße, groß-artig", "de", ["die", "strasse", "gross-artig"]),
        ("El año 2024", "es", ["el", "año", "2024"]),
        ("太阳能 is 10 GW", "zh", ["太", "阳", "能", "is", "10", "gw"]),
        ("الكِتَابُ", "ar", ["الكتاب"]),
        ("x_y (3.5%)", None, ["x", "y", "3.5"]),
        ("", "en", []),
    ],
)
def test_words_are_found_as_each_language_writes_them(
    text: str, language: str | None, found: list[str]
) -> None:
    assert [word.text for word in words(text, language)] == found


def test_a_word_knows_where_it_stands() -> None:
    text = "D'abord l'Été"
    assert [text[w.start : w.end] for w in words(text, "fr")] == ["D'", "abord", "l'", "Été"]


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "en"), ("en-GB", "en"), ("ZH_cn", "zh"), ("it", None), ("", None), (None, None)],
)
def test_a_language_is_known_by_its_code(tag: str | None, code: str | None) -> None:
    assert known(tag) == code


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "the"), ("fr", "de"), ("de", "und"), ("es", "que"), ("ar", "في"), ("zh", "的")],
)
def test_each_language_has_its_stop_words(language: str, word: str) -> None:
    assert word in stop_words(language)


def test_other_languages_have_none() -> None:
    assert stop_words("it") == stop_words(None) == frozenset()


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "panels", "panel"),
        ("fr", "maisons", "maison"),
        ("de", "häuser", "häusern"),
        ("es", "escuelas", "escuela"),
        ("ar", "المدرسة", "مدرسة"),
    ],
)
def test_the_forms_of_a_word_have_one_stem(language: str, one: str, other: str) -> None:
    assert stemmer(language)(one) == stemmer(language)(other)


def test_a_word_of_another_language_is_its_own_stem() -> None:
    assert stemmer(None)("Panels") == "panels"
