"""A mood becomes one of the caller's levels, with an honest probability."""

import pytest

from shared.answers.polarity import Scale, scale_of
from workers.sentiment.annotators.levels import choose
from workers.sentiment.annotators.mood import NO_MOOD, Mood, mood_of

GOOD = Mood(0.05, 0.15, 0.8)
BAD = Mood(0.8, 0.15, 0.05)
FLAT = Mood(0.1, 0.8, 0.1)


def scale(*options: str) -> Scale:
    found = scale_of(options)
    assert found is not None
    return found


CHOICES = [
    (GOOD, ("good", "bad"), "good"),
    (BAD, ("good", "bad"), "bad"),
    (Mood(0.3, 0.5, 0.2), ("good", "bad"), "bad"),
    (FLAT, ("bad", "neutral", "good"), "neutral"),
    (Mood(0.01, 0.02, 0.97), ("1", "2", "3", "4", "5"), "5"),
    (Mood(0.97, 0.02, 0.01), ("1", "2", "3", "4", "5"), "1"),
    (FLAT, ("1", "2", "3", "4", "5"), "3"),
    (Mood(0.1, 0.35, 0.55), ("1", "2", "3", "4", "5"), "4"),
    (Mood(0.01, 0.02, 0.97), ("very bad", "bad", "good", "very good"), "very good"),
    (Mood(0.15, 0.4, 0.45), ("very bad", "bad", "good", "very good"), "good"),
]


@pytest.mark.parametrize(("mood", "options", "expected"), CHOICES)
def test_the_fitting_level_is_chosen(mood: Mood, options: tuple[str, ...], expected: str) -> None:
    option, confidence = choose(mood, scale(*options))
    assert option == expected
    assert 1 / len(options) <= confidence <= 1


def test_options_beside_the_scale_are_never_chosen() -> None:
    assert choose(NO_MOOD, scale("good", "bad", "unknown"))[0] in {"good", "bad"}


def test_no_mood_is_no_more_than_a_guess() -> None:
    assert choose(NO_MOOD, scale("good", "neutral", "bad"))[1] == pytest.approx(1 / 3)


def test_log_odds_become_probabilities() -> None:
    mood = mood_of(0.0, 0.0, 2.0)
    assert mood.negative + mood.neutral + mood.positive == pytest.approx(1)
    assert mood.position > 0.6
