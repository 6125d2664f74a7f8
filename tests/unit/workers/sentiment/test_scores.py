"""The measures of the evaluation tool."""

from pathlib import Path

import pytest

from workers.sentiment import evaluate
from workers.sentiment.scores import Guess, accuracy, macro_f1, reliability

GUESSES = [
    Guess("a", "a", 0.95),
    Guess("a", "b", 0.55),
    Guess("b", "b", 0.91),
    Guess("b", "b", 1.0),
]


def test_accuracy_is_the_share_of_right_answers() -> None:
    assert accuracy(GUESSES) == 0.75


def test_macro_f1_weighs_every_label_alike() -> None:
    assert macro_f1(GUESSES) == pytest.approx((2 / 3 + 0.8) / 2)


def test_reliability_shows_how_many_were_right_at_each_tenth() -> None:
    assert reliability(GUESSES) == [(0.5, 1, 0.0), (0.9, 3, 1.0)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("posts.tsv", "good\tlovely day\n\nbad\tawful\tday\n"),
        (
            "posts.jsonl",
            '{"label": "good", "text": "lovely day"}\n{"label": "bad", "text": "awful\\tday"}\n',
        ),
    ],
)
def test_labelled_files_are_read_line_by_line(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert list(evaluate.labelled(path)) == [("good", "lovely day"), ("bad", "awful\tday")]


def test_the_tool_prints_every_annotator_and_their_consensus(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "posts.tsv"
    path.write_text("good\twhat a lovely day, love it\nbad\tawful, I hate it\n", encoding="utf-8")
    evaluate.main([str(path), "--locale", "en"])
    printed = capsys.readouterr().out
    for name in ("lexicon", "e5", "use", "consensus"):
        assert f"{name:10} macro-F1 1.000  accuracy 1.000" in printed
