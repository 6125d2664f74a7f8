"""From several answers to one: settled, more answers wanted, or undecided. Decides, does nothing.

A machine's answer weighs its calibrated confidence, a person's answer weighs 1. On a graded scale
the weighted median wins, elsewhere the option with more than half of the weight.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from shared.answers.agreement import agreement_of, confidence_in
from shared.answers.answer import Answer
from shared.answers.polarity import Scale

NO_CONSENSUS = "NO_CONSENSUS"
NOT_ENOUGH_ANSWERS = "NOT_ENOUGH_ANSWERS"
_EQUAL = 1e-9


@dataclass(frozen=True)
class Settled:
    """The answers agree enough: `answer`, with `confidence` and `agreement` in [0, 1]."""

    answer: str
    confidence: float
    agreement: float
    votes: dict[str, int]


@dataclass(frozen=True)
class Wanted:
    """`count` more answers are needed before anything can be said."""

    count: int


@dataclass(frozen=True)
class Undecided:
    """No answer will come of this; `code` is the error the caller sees."""

    code: str


Outcome = Settled | Wanted | Undecided


def decide(
    answers: Sequence[Answer],
    options: Sequence[str],
    needed: int,
    scale: Scale | None = None,
    *,
    overdue: bool = False,
) -> Outcome:
    """What follows from `answers` when `needed` of them were asked for.

    Without a winner one more answer is wanted at a time, up to 2 * needed - 1 in all. `overdue`
    says that the deadline has passed, so that nothing more can be wanted.
    """
    missing = needed - len(answers)
    if missing > 0:
        return Undecided(NOT_ENOUGH_ANSWERS) if overdue else Wanted(missing)
    winner = _median(answers, scale) if scale and scale.graded else _majority(answers)
    if winner is not None:
        return _settled(winner, answers, options)
    exhausted = overdue or len(answers) >= 2 * needed - 1
    return Undecided(NO_CONSENSUS) if exhausted else Wanted(1)


def lead(
    answers: Sequence[Answer], options: Sequence[str], scale: Scale | None = None
) -> Settled | Undecided:
    """Where the machines' answers point, for an account that has nobody to ask.

    The heaviest option wins even below half (on a graded scale the weighted median); a tie or no
    answer at all is NO_CONSENSUS.
    """
    machines = [answer for answer in answers if answer.kind == "machine"]
    graded = scale is not None and scale.graded
    winner = (_median(machines, scale) if graded else None) or _heaviest(machines)
    return _settled(winner, machines, options) if winner else Undecided(NO_CONSENSUS)


def _settled(winner: str, answers: Sequence[Answer], options: Sequence[str]) -> Settled:
    votes = Counter(answer.answer for answer in answers)
    return Settled(
        answer=winner,
        confidence=confidence_in(winner, answers, options),
        agreement=agreement_of(winner, answers),
        votes={option: votes[option] for option in options if votes[option]},
    )


def _weights(answers: Sequence[Answer]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for answer in answers:
        weight = 1.0 if answer.kind == "human" else answer.confidence
        weights[answer.answer] = weights.get(answer.answer, 0.0) + weight
    return weights


def _majority(answers: Sequence[Answer]) -> str | None:
    weights = _weights(answers)
    half = sum(weights.values()) / 2
    return next((option for option, w in weights.items() if w > half + _EQUAL), None)


def _heaviest(answers: Sequence[Answer]) -> str | None:
    ranked = sorted(_weights(answers).items(), key=lambda pair: -pair[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] <= _EQUAL):
        return None
    return ranked[0][0]


def _median(answers: Sequence[Answer], scale: Scale | None) -> str | None:
    """The weighted median step; None when the weight splits evenly between two steps.

    Answers beside the scale ("don't know") take part only by winning a plain majority.
    """
    weights = _weights(answers)
    steps = [option for option, _ in scale.ordered()] if scale else []
    half = sum(weights.get(option, 0.0) for option in steps) / 2
    if half <= 0 or 2 * half < sum(weights.values()) / 2:
        return _majority(answers)
    passed = 0.0
    for option in steps:
        passed += weights.get(option, 0.0)
        if abs(passed - half) <= _EQUAL:
            return None
        if passed > half:
            return option
    return None
