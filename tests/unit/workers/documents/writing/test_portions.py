from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.documents.writing.page import Page
from workers.documents.writing.portions import headed, portions


def test_texts_share_a_portion_while_they_fit() -> None:
    assert portions(["a" * 40, "b" * 40, "c" * 40], 100) == [
        "a" * 40 + "\n\n" + "b" * 40,
        "c" * 40,
    ]


def test_a_text_that_is_too_long_is_cut_at_a_space() -> None:
    parts = portions(["word " * 50], 102)
    assert len(parts) == 3
    assert all(part.startswith("word") for part in parts)


@given(st.lists(st.text(max_size=300), max_size=6), st.integers(16, 200))
def test_every_portion_fits_and_only_spaces_get_lost(texts: list[str], most: int) -> None:
    made = portions(texts, most)
    assert all(len(part.encode()) <= most for part in made)
    assert "".join("".join(made).split()) == "".join("".join(texts).split())


@pytest.mark.parametrize(("number", "head"), [(3, "[A title, page 3]"), (None, "[A title]")])
def test_a_page_says_where_it_is_from(number: int | None, head: str) -> None:
    page = Page(document_id="d", title="A title", number=number, language=None, text=" Words. ")
    assert list(headed([page])) == [f"{head}\nWords."]
