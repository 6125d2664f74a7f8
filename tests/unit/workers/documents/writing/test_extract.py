from __future__ import annotations

import pytest

from workers.documents.writing.extract import LONGEST, SHORTEST, WINDOW, extract
from workers.documents.writing.lexrank import best
from workers.documents.writing.page import Page

TEXTS = {
    "en": "The harbour has a new crane. The crane lifts ships out of the harbour. Cats sleep. "
    "My uncle likes plum cake. The new crane of the harbour is red.",
    "fr": "Le port a une nouvelle grue. La grue sort les bateaux du port. Les chats dorment bien. "
    "Mon oncle aime la tarte. La nouvelle grue du port est rouge.",
    "de": "Der Hafen hat einen neuen Kran. Der Kran hebt Schiffe aus dem Hafen. Katzen schlafen "
    "gern lange. Mein Onkel mag Kuchen. Der neue Kran im Hafen ist rot.",
    "es": "El puerto tiene una grúa nueva. La grúa saca los barcos del puerto. Los gatos duermen "
    "mucho. A mi tío le gusta el pastel. La grúa nueva del puerto es roja.",
    "ar": "في الميناء رافعة جديدة. الرافعة ترفع السفن من الميناء. القطط تنام كثيرا اليوم. "
    "عمي يحب الكعك جدا. الرافعة الجديدة في الميناء حمراء.",
    "zh": "港口有一台新起重机。起重机把船吊出港口。猫在睡觉呢。叔叔喜欢吃蛋糕。"
    "港口的新起重机是红色的。",
}


def page(text: str, language: str | None = "en", number: int = 1) -> Page:
    return Page(document_id="d", title="t", number=number, language=language, text=text)


@pytest.mark.parametrize("language", TEXTS)
def test_what_most_of_a_text_is_about_is_chosen(language: str) -> None:
    chosen = [quote.text for quote in extract([page(TEXTS[language], language)])]
    said = {"en": "crane", "fr": "grue", "de": "Kran", "es": "grúa", "ar": "رافعة", "zh": "起重机"}
    assert len(chosen) == SHORTEST
    assert all(said[language] in sentence for sentence in chosen)


def test_an_unknown_language_is_compared_word_by_word() -> None:
    text = (
        "La gru xe bela nova. Oni dormas longe hodiau tie. La gru xe rozza nova. Gru bela nova xe."
    )
    chosen = [quote.text for quote in extract([page(text, None)])]
    assert all("nova" in sentence for sentence in chosen)


def test_a_short_text_is_its_own_extract() -> None:
    assert [quote.text for quote in extract([page("Only this.")])] == ["Only this."]


def test_headings_and_page_numbers_are_left_out() -> None:
    text = f"Chapter one\n\n{TEXTS['en']}\n\n17"
    assert not {"Chapter one", "17"} & {quote.text for quote in extract([page(text)])}


def test_what_is_repeated_is_quoted_once() -> None:
    text = "Confidential, do not copy this. " * 9 + TEXTS["en"]
    chosen = [quote.text for quote in extract([page(text)])]
    assert len(chosen) == len(set(chosen))


def test_a_quote_knows_its_page_and_quotes_keep_their_order() -> None:
    chosen = extract([page(TEXTS["en"], number=n) for n in (1, 2)])
    numbers = [quote.page.number for quote in chosen]
    assert numbers == sorted(n for n in numbers if n)


def test_a_long_text_is_reduced_in_steps() -> None:
    filler = [
        f"Sentence number {n} tells of thing{n} and matter{n * 7}." for n in range(3 * WINDOW)
    ]
    text = " ".join([*filler, TEXTS["en"], TEXTS["en"].replace("red", "blue")])
    assert len(extract([page(text)])) == LONGEST


def test_no_sentence_resembling_another_is_no_endless_search() -> None:
    given = [("alpha beta gamma", None), ("delta epsilon", None), ("zeta eta", None)]
    assert len(best(given, 2)) == 2


def test_sentences_without_words_are_ranked_too() -> None:
    assert len(best([("1 2 3.", "en"), ("4 5 6.", "en"), ("???", "en")], 2)) == 2
