from __future__ import annotations

from collections import Counter

import pytest

from workers.documents.writing.c_value import c_values
from workers.documents.writing.keywords import MOST, keywords, ranked
from workers.documents.writing.page import Page
from workers.documents.writing.phrases import Stems, phrases

TEXTS = {
    "en": "Solar panels make electricity. We have solar panels. The solar panels of the school.",
    "fr": "Des panneaux solaires sur le toit. Les panneaux solaires d'ici. Mes panneaux solaires.",
    "de": "Die Windräder drehen sich. Neue Windräder kommen. Am Meer stehen Windräder.",
    "es": "Los paneles solares brillan. Hay paneles solares. Mis paneles solares.",
    "ar": "الألواح الشمسية جديدة. نحب الألواح الشمسية. هذه الألواح الشمسية.",
    "zh": "太阳能电池板很好。我们有太阳能电池板。这是太阳能电池板。",
}
BEST = {
    "en": "solar panels",
    "fr": "panneaux solaires",
    "de": "Windräder",
    "es": "paneles solares",
    "ar": "الألواح الشمسية",
    "zh": "太阳能电池板",
}


def of(*texts: str, language: str | None = "en") -> list[str]:
    pages = [
        Page(document_id="d", title="t", number=n, language=language, text=text)
        for n, text in enumerate(texts)
    ]
    return keywords(pages)


@pytest.mark.parametrize("language", TEXTS)
def test_the_term_that_a_text_is_about_comes_first(language: str) -> None:
    assert of(TEXTS[language], language=language)[0] == BEST[language]


def test_a_part_of_a_term_is_none_itself() -> None:
    assert not {"solar", "panels", "Solar"} & set(of(TEXTS["en"]))


def test_forms_of_a_word_are_counted_together_and_shown_as_mostly_written() -> None:
    assert (
        of("A wind turbine. Wind turbines turn. Many wind turbines.")[0].lower() == "wind turbines"
    )


def test_a_term_may_have_a_small_word_within() -> None:
    found = of(
        "La salle d'attente est vide. Une salle d'attente. Cette salle d'attente.", language="fr"
    )
    assert found[0] == "salle d'attente"


def test_a_text_that_repeats_nothing_has_its_words() -> None:
    assert of("Bees carry pollen.") == ["Bees", "carry", "pollen"]


@pytest.mark.parametrize("text", ["", "the of and", "12 34 56", "???"])
def test_a_text_that_says_nothing_has_no_keywords(text: str) -> None:
    assert of(text) == []


def test_there_are_no_more_than_asked_for() -> None:
    words = " ".join(f"alpha{chr(97 + n)}. alpha{chr(97 + n)}." for n in range(26))
    assert len(of(words)) == MOST


def test_pages_are_counted_together() -> None:
    assert of("The lighthouse stands.", "A lighthouse.", "Cats sleep here.")[0] == "lighthouse"


def test_a_phrase_ends_at_stop_words_punctuation_and_numbers() -> None:
    forms = {phrase.form for phrase in phrases("Red wine, white bread and 3 old books", "en")}
    assert "Red wine" in forms
    assert not {"wine, white", "bread and 3 old", "3 old"} & forms


def test_c_value_takes_off_what_is_said_within_longer_terms() -> None:
    counts = {("a", "b"): 4, ("a",): 5, ("b",): 4, ("c",): 2, ("d",): 1}
    values = c_values(counts)
    assert values[("a",)] == 1.0
    assert values[("c",)] == 2.0
    assert values[("a", "b")] > 6
    assert ("b",) not in values
    assert ("d",) not in values


def test_equal_terms_keep_their_order() -> None:
    said = ["one", "two", "three", "four", "five"]
    counts: Counter[Stems] = Counter({(word,): 2 for word in said})
    assert [stems[0] for stems in ranked(counts)] == said
