from __future__ import annotations

import pytest

from workers.documents.writing.sentences import LONGEST, sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("He said “Go.” She went.", ["He said “Go.”", "She went."]),
        ("Mr. Smith met Dr. Jones. They talked.", ["Mr. Smith met Dr. Jones.", "They talked."]),
        ("It costs 3.50 dollars. Really.", ["It costs 3.50 dollars.", "Really."]),
        ("Use tools, e.g. a saw. Then rest.", ["Use tools, e.g. a saw.", "Then rest."]),
        (
            "Am 3. Oktober kamen z. B. drei Gäste. Sie gingen.",
            ["Am 3. Oktober kamen z. B. drei Gäste.", "Sie gingen."],
        ),
        ("Où est M. Dupont ? Il dort.", ["Où est M. Dupont ?", "Il dort."]),
        ("¿Quién es? ¡Soy yo! El Sr. Gil.", ["¿Quién es?", "¡Soy yo!", "El Sr. Gil."]),
        ("你好。我是小王！你呢？", ["你好。", "我是小王！", "你呢？"]),
        ("كيف حالك؟ أنا بخير. شكرا", ["كيف حالك؟", "أنا بخير.", "شكرا"]),
        ("A heading\n\nA line that\nis broken.", ["A heading", "A line that is broken."]),
        ("Buy:\n- bread\n- milk", ["Buy:", "- bread", "- milk"]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_sentences_end_where_readers_say(text: str, found: list[str]) -> None:
    assert list(sentences(text)) == found


def test_what_does_not_end_is_cut_at_spaces() -> None:
    text = "word " * 1000
    parts = list(sentences(text))
    assert max(map(len, parts)) <= LONGEST
    assert " ".join(parts) == text.strip()


def test_what_has_no_spaces_is_cut_all_the_same() -> None:
    parts = list(sentences("字" * 2000))
    assert max(map(len, parts)) <= LONGEST
    assert "".join(parts) == "字" * 2000
