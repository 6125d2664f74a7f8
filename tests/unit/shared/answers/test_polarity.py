"""Labels that callers write, and the polarity scales that they are or are not."""

import pytest

from shared.answers.polarity import scale_of

SCALES = [
    (["Positif", "Négatif", "Neutre"], [1, -1, 0]),
    (["negativ", "neutral", "positiv"], [-1, 0, 1]),
    (["Positive", "Negative"], [1, -1]),
    (["positivo", "neutro", "negativo"], [1, 0, -1]),
    (["正面", "中性", "负面"], [1, 0, -1]),
    (["好评", "差评"], [1, -1]),
    (["إيجابي", "محايد", "سلبي"], [1, 0, -1]),
    (["تقييم إيجابي", "تقييم سلبي"], [1, -1]),
    (["satisfait", "insatisfait"], [1, -1]),
    (["满意", "不满意"], [1, -1]),
    (["👍", "👎"], [1, -1]),
    (["👍🏽 Good", "👎🏽 Bad"], [1, -1]),
    (["😀", "😐", "☹️"], [1, 0, -1]),
    (["0", "1"], [-1, 1]),
    (["-1", "0", "1"], [-1, 0, 1]),
    (["+", "-"], [1, -1]),
    (["ni bon ni mauvais", "bon", "mauvais"], [0, 1, -1]),
    (["un avis positif", "un avis négatif"], [1, -1]),
]

GRADED = [
    (["très positif", "positif", "neutre", "négatif", "très négatif"], [1, 0.6, 0, -0.6, -1]),
    (["sehr schlecht", "schlecht", "gut", "sehr gut"], [-1, -0.6, 0.6, 1]),
    (["muy bueno", "bueno", "regular", "malo", "muy malo"], [1, 0.6, 0, -0.6, -1]),
    (["非常好", "好", "一般", "差", "非常差"], [1, 0.6, 0, -0.6, -1]),
    (["إيجابي جداً", "إيجابي", "محايد", "سلبي", "سلبي جدًا"], [1, 0.6, 0, -0.6, -1]),
    (["Excellent", "Good", "Fair", "Poor"], [1, 0.6, 0, -0.6]),
    (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], [-1, -0.5, 0, 0.5, 1]),
    (["une étoile", "deux étoiles", "trois étoiles"], [-1, 0, 1]),
    (["★☆☆", "★★☆", "★★★"], [-1, 0, 1]),
    (["1/5", "3/5", "5/5"], [-1, 0, 1]),
    (["5 (very good)", "4 (good)", "2 (bad)", "1 (very bad)"], [1, 0.6, -0.6, -1]),
    (["mostly positive", "mixed", "mostly negative", "very negative"], [0.3, 0, -0.3, -1]),
]

NO_SCALES = [
    ["sports", "politics"],
    ["yes", "no"],
    ["2019", "2020"],
    ["billing", "technical", "sales"],
    ["happy", "sad", "angry"],
    ["high", "medium", "low"],
    ["a1", "a2"],
    ["neutral", "mixed"],
    ["positive", "sports"],
    ["positive", "Positive"],
    [f"good {n}" for n in range(8)],
    ["", " "],
]


@pytest.mark.parametrize(("options", "values"), SCALES)
def test_plain_labels_are_read_as_polarities(options: list[str], values: list[float]) -> None:
    scale = scale_of(options)
    assert scale is not None
    assert list(scale.values) == pytest.approx(values, abs=0.11)
    assert scale.options == tuple(options)


@pytest.mark.parametrize(("options", "values"), GRADED)
def test_degrees_and_ratings_are_graded(options: list[str], values: list[float]) -> None:
    scale = scale_of(options)
    assert scale is not None
    assert scale.graded
    assert list(scale.values) == pytest.approx(values, abs=0.11)


@pytest.mark.parametrize("options", NO_SCALES)
def test_other_options_are_no_scale(options: list[str]) -> None:
    assert scale_of(options) is None


def test_three_plain_words_are_not_graded() -> None:
    scale = scale_of(["good", "neutral", "bad"])
    assert scale is not None
    assert not scale.graded


def test_options_beside_the_scale_have_no_value_and_no_place_in_its_order() -> None:
    scale = scale_of(["Positive", "Negative", "Neutral", "Not sure"])
    assert scale is not None
    assert scale.beside() == ("Not sure",)
    assert [option for option, _ in scale.ordered()] == ["Negative", "Neutral", "Positive"]
    assert not scale.graded


def test_a_negation_turns_a_label_around() -> None:
    scale = scale_of(["Mag ich", "Mag ich nicht"])
    assert scale is not None
    assert [option for option, _ in scale.ordered()] == ["Mag ich nicht", "Mag ich"]
