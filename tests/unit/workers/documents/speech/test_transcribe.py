"""Long recordings, heard passage by passage by a stand-in for Whisper."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from workers.documents.speech.passages import PASSAGE_SECONDS
from workers.documents.speech.recogniser import Recogniser
from workers.documents.speech.sound import RATE, Samples
from workers.documents.speech.transcript import Transcript, transcribe


class Model:
    """Hears one word a passage, from its first second to beyond its end."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.asked: list[str | None] = []

    def transcribe(self, samples: Samples, *, language: str | None, **_: Any) -> Any:
        """The next word; what it believes the language to be."""
        self.asked.append(language)
        word = self.words[len(self.asked) - 1]
        said = [SimpleNamespace(start=1.0, end=9999.0, text=f" {word}")]
        return iter(said), SimpleNamespace(language=language or "de")


MINUTE = np.zeros(60 * RATE, dtype=np.float32)


def heard(model: Model, minutes: int, patience: int = 99) -> tuple[Transcript, list[float]]:
    told: list[float] = []

    def tell(seconds: float, _language: str | None) -> bool:
        told.append(seconds)
        return len(told) < patience

    blocks = (MINUTE for _ in range(minutes))
    return transcribe(blocks, Recogniser(model), tell), told


def test_times_are_those_of_the_whole_recording() -> None:
    found, told = heard(Model(["eins", "zwei", "drei"]), 12)
    starts = [segment.start_seconds for segment in found.segments]
    ends = [segment.end_seconds for segment in found.segments]
    assert [s.text for s in found.segments] == ["eins", "zwei", "drei"]
    assert starts[0] == 1.0
    assert [start - 1.0 for start in starts[1:]] == pytest.approx(ends[:-1], abs=0.001)
    assert ends[-1] == 720.0
    assert all(end - start < PASSAGE_SECONDS for start, end in zip(starts, ends, strict=True))
    assert told == sorted(told)
    assert told[-1] == 720.0


def test_the_language_of_the_first_words_is_kept() -> None:
    model = Model(["", "zwei", "drei"])
    found, _ = heard(model, 12)
    assert model.asked == [None, None, "de"]
    assert found.language == "de"


def test_where_nobody_wants_more_the_rest_is_left_out() -> None:
    model = Model(["eins", "zwei", "drei"])
    found, told = heard(model, 12, patience=1)
    assert (len(model.asked), len(found.segments), len(told)) == (1, 1, 1)


def test_where_nothing_is_said_there_is_no_language() -> None:
    assert heard(Model([""]), 1)[0] == Transcript(None, [])
