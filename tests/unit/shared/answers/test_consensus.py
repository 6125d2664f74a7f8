"""From answers to an outcome: majority, median, one more at a time, and giving up."""

import pytest

from shared.answers.answer import Answer
from shared.answers.consensus import (
    NO_CONSENSUS,
    NOT_ENOUGH_ANSWERS,
    Settled,
    Undecided,
    Wanted,
    decide,
    lead,
)
from shared.answers.polarity import scale_of

OPTIONS = ["good", "neutral", "bad"]
STARS = ["1", "2", "3", "4", "5"]


def machine(answer: str, confidence: float = 0.6, name: str = "m") -> Answer:
    return Answer(name, "machine", answer, confidence)


def person(answer: str, confidence: float = 1.0) -> Answer:
    return Answer("ann", "human", answer, confidence)


def test_before_enough_answers_are_in_the_missing_ones_are_wanted() -> None:
    assert decide([machine("good")], OPTIONS, 3) == Wanted(2)


def test_at_the_deadline_too_few_answers_are_not_enough() -> None:
    outcome = decide([machine("good")], OPTIONS, 3, overdue=True)
    assert outcome == Undecided(NOT_ENOUGH_ANSWERS)


def test_more_than_half_of_the_weight_wins() -> None:
    answers = [machine("good", 0.5), machine("good", 0.4), machine("bad", 0.8)]
    outcome = decide(answers, OPTIONS, 3)
    assert isinstance(outcome, Settled)
    assert outcome.answer == "good"
    assert outcome.votes == {"good": 2, "bad": 1}
    assert outcome.agreement == pytest.approx(2 / 3)


def test_exactly_half_of_the_weight_is_no_majority() -> None:
    assert decide([machine("good", 0.5), machine("bad", 0.5)], OPTIONS, 2) == Wanted(1)


def test_a_person_weighs_one_whatever_their_confidence() -> None:
    answers = [person("bad", 0.1), machine("good", 0.9)]
    outcome = decide(answers, OPTIONS, 2)
    assert isinstance(outcome, Settled)
    assert outcome.answer == "bad"


@pytest.mark.parametrize(("count", "expected"), [(3, Wanted(1)), (4, Wanted(1))])
def test_without_a_winner_one_more_answer_is_wanted(count: int, expected: Wanted) -> None:
    answers = [person("good"), person("bad"), person("neutral"), person("neutral")][:count]
    assert decide(answers, OPTIONS, 3) == expected


def test_at_twice_the_needed_answers_less_one_it_gives_up() -> None:
    answers = [person(o) for o in ("good", "bad", "neutral", "good", "bad")]
    assert decide(answers, OPTIONS, 3) == Undecided(NO_CONSENSUS)


def test_at_the_deadline_a_split_is_no_consensus() -> None:
    answers = [person("good"), person("bad")]
    assert decide(answers, OPTIONS, 2, overdue=True) == Undecided(NO_CONSENSUS)


def test_on_a_graded_scale_the_weighted_median_wins() -> None:
    answers = [person("1"), person("4"), person("5")]
    outcome = decide(answers, STARS, 3, scale_of(STARS))
    assert isinstance(outcome, Settled)
    assert outcome.answer == "4"


def test_a_median_between_two_steps_wants_one_more_answer() -> None:
    assert decide([person("1"), person("5")], STARS, 2, scale_of(STARS)) == Wanted(1)


def test_people_beside_the_scale_win_only_by_majority() -> None:
    options = ["very good", "good", "bad", "very bad", "don't know"]
    scale = scale_of([*options[:4], "unknown"])
    assert scale is not None
    answers = [person("unknown"), person("unknown"), person("good")]
    outcome = decide(answers, scale.options, 3, scale)
    assert isinstance(outcome, Settled)
    assert outcome.answer == "unknown"


def test_the_lead_is_the_heaviest_option_even_below_half() -> None:
    answers = [machine("good", 0.5), machine("bad", 0.45), machine("neutral", 0.4)]
    outcome = lead(answers, OPTIONS)
    assert isinstance(outcome, Settled)
    assert outcome.answer == "good"
    assert outcome.confidence < 0.5


def test_the_lead_listens_to_machines_only() -> None:
    outcome = lead([person("bad"), machine("good", 0.4)], OPTIONS)
    assert isinstance(outcome, Settled)
    assert outcome.answer == "good"


@pytest.mark.parametrize("answers", [[], [machine("good", 0.5), machine("bad", 0.5)]])
def test_a_tie_or_silence_leads_nowhere(answers: list[Answer]) -> None:
    assert lead(answers, OPTIONS) == Undecided(NO_CONSENSUS)


def test_agreeing_machines_are_surer_together_than_alone() -> None:
    one = lead([machine("good", 0.7)], OPTIONS)
    three = lead([machine("good", 0.7)] * 3, OPTIONS)
    assert isinstance(one, Settled)
    assert isinstance(three, Settled)
    assert one.confidence == pytest.approx(0.7)
    assert 0.7 < three.confidence < 0.95


def test_a_dissenter_lowers_the_confidence() -> None:
    united = lead([machine("good", 0.7)] * 3, OPTIONS)
    split = lead([machine("good", 0.7), machine("good", 0.7), machine("bad", 0.7)], OPTIONS)
    assert isinstance(united, Settled)
    assert isinstance(split, Settled)
    assert split.confidence < united.confidence
