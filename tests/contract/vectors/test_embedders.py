"""Whatever embeds: a row of length 1 for each text, in order, the same for the same text."""

from __future__ import annotations

import numpy
import pytest

from shared.vectors.built_in import BuiltInEmbedder
from shared.vectors.embedder import Embedder
from tests.memory_yard import in_threads

TEXTS = ["One bright morning.", "Zwei.", "三", "One bright morning.", "word " * 40]
ODD = ["", " \n", "\0", "a\0b", "\ud800", "😀" * 20]


def test_each_text_has_its_row_of_length_1(embedder: Embedder) -> None:
    vectors = embedder.passages(TEXTS)
    assert vectors.shape == (5, embedder.dimensions)
    assert vectors.dtype == numpy.dtype("<f4")
    assert numpy.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    assert vectors[0] == pytest.approx(vectors[3], abs=1e-6)
    assert vectors[0] @ vectors[1] < 0.999


def test_a_text_alone_has_the_row_it_has_among_others(embedder: Embedder) -> None:
    together = embedder.passages(TEXTS)
    assert embedder.passages(TEXTS[1:2])[0] == pytest.approx(together[1], abs=1e-4)


def test_a_question_has_a_vector_of_length_1(embedder: Embedder) -> None:
    vector = embedder.query("Which morning?")
    assert vector.shape == (embedder.dimensions,)
    assert float(numpy.linalg.norm(vector)) == pytest.approx(1, abs=1e-4)


def test_no_texts_have_no_rows(embedder: Embedder) -> None:
    assert embedder.passages([]).shape == (0, embedder.dimensions)


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_odd_texts_have_vectors_too(embedder: Embedder, text: str) -> None:
    vectors = embedder.passages([text, "One."])
    assert numpy.isfinite(vectors).all()
    assert numpy.isfinite(embedder.query(text)).all()


def test_threads_get_the_same(embedder: Embedder) -> None:
    vectors = in_threads(4, lambda _: embedder.query("Which morning?"))
    for vector in vectors[1:]:
        assert vector == pytest.approx(vectors[0], abs=1e-5)


def test_the_built_in_one_tells_questions_from_passages() -> None:
    model = BuiltInEmbedder()
    (passage,) = model.passages(["Which morning?"])
    assert passage != pytest.approx(model.query("Which morning?"), abs=1e-3)


def test_a_text_longer_than_the_model_reads_at_once_is_read_to_its_end() -> None:
    model, begin = BuiltInEmbedder(), "word " * 520
    one, other = model.passages([begin + "about rain", begin + "about taxes and rain in Spain"])
    assert one != pytest.approx(other, abs=1e-3)
