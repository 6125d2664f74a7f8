"""What a vector says about its language alone is taken away, and the rest stays."""

from __future__ import annotations

from pathlib import Path

import numpy
import pytest

from shared.vectors import find_languages
from shared.vectors.language_bias import LanguageBias, measured, unit

LANGUAGES, SENTENCES, DIMENSIONS = 4, 5, 32


@pytest.fixture(scope="module")
def vectors() -> numpy.ndarray:
    """Meanings, far apart, in languages that lie farther apart still: language, sentence, row."""
    chance = numpy.random.default_rng(1)
    meanings = chance.normal(size=(1, SENTENCES, DIMENSIONS))
    languages = 5 * chance.normal(size=(LANGUAGES, 1, DIMENSIONS))
    return unit(meanings + languages)


def nearest(passages: numpy.ndarray, question: numpy.ndarray) -> int:
    return int(numpy.argmax(passages @ question))


def test_the_same_in_another_language_is_nearer_than_another_thing_in_ones_own(
    vectors: numpy.ndarray,
) -> None:
    mixed = numpy.stack([vectors[0, 0], vectors[1, 1], vectors[1, 2]])
    question = vectors[1, 0]
    assert nearest(mixed, question) != 0

    bias = find_languages.find(vectors, vectors)

    passages = bias.without(mixed, is_query=False)
    assert nearest(passages, bias.without(question, is_query=True)) == 0


def test_what_was_measured_fits_the_built_in_model() -> None:
    bias = measured()
    assert bias.directions.shape == (find_languages.DIRECTIONS, 384)
    assert bias.directions @ bias.directions.T == pytest.approx(numpy.eye(6), abs=1e-4)
    assert bias.passage_centre.shape == bias.query_centre.shape == (384,)


def test_what_has_no_length_stays_as_it_is() -> None:
    assert unit(numpy.zeros((2, 3))).tolist() == [[0, 0, 0], [0, 0, 0]]


def test_there_is_a_sentence_of_each_language_for_each_meaning() -> None:
    sentences = find_languages.sentences()
    assert [len(each) for each in sentences] == [40] * 6
    assert all(text.strip() for each in sentences for text in each)


def test_the_tool_writes_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "e5.npz"
    monkeypatch.setattr(find_languages, "MEASURED", file)
    some = [texts[:2] for texts in find_languages.sentences()]
    monkeypatch.setattr(find_languages, "sentences", lambda: some)
    find_languages.main([])
    with numpy.load(file) as kept:
        bias = LanguageBias(kept["directions"], kept["passage_centre"], kept["query_centre"])
    assert bias.without(numpy.ones(384, "f4"), is_query=True).shape == (384,)
