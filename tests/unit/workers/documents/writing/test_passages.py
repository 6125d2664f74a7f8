from __future__ import annotations

import pytest

from workers.documents.writing.extract import Quote
from workers.documents.writing.page import Page
from workers.documents.writing.passages import joined, passages


def page(text: str, number: int = 1) -> Page:
    return Page(document_id="d", title="t", number=number, language="en", text=text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One.", ["One."]),
        ("One. Two. Three.", ["One. Two. Three."]),
        ("One. Two. Three. Four. Five.", ["One. Two. Three.", "Three. Four. Five."]),
        ("One. Two. Three. Four.", ["One. Two. Three.", "Three. Four."]),
    ],
)
def test_passages_overlap_and_reach_the_end(text: str, found: list[str]) -> None:
    assert [passage.text for passage in passages([page(text)])] == found


def test_a_passage_is_on_one_page() -> None:
    found = list(passages([page("One. Two."), page("Three.", 2)]))
    assert [(p.text, p.page.number) for p in found] == [("One. Two.", 1), ("Three.", 2)]
    assert found[1].as_page() == page("Three.", 2)


def test_chinese_sentences_follow_each_other_without_a_space() -> None:
    given = [Quote(text, page("")) for text in ("你好。", "再见！", "Bye.", "Now.")]
    assert joined(given) == "你好。再见！Bye. Now."
    assert joined([]) == ""
