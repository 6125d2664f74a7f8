from __future__ import annotations

import pytest

from workers.documents.speech.segment import Segment
from workers.documents.speech.transcript import Transcript

ONE, TWO, LATER = Segment(0, 1, "One."), Segment(1.5, 2, "Two."), Segment(4, 5, "Later.")


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", [ONE, TWO, LATER], "One. Two.\nLater."),
        ("zh", [ONE, TWO, LATER], "One.Two.\nLater."),
        ("fr", [ONE], "One."),
        (None, [], ""),
    ],
)
def test_the_text_has_a_line_for_each_paragraph(
    language: str | None, said: list[Segment], text: str
) -> None:
    assert Transcript(language, said).text == text
