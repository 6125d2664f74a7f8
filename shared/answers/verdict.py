"""What becomes of a task after an answer, a machine's run, or its deadline. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.accounts.annotators import Annotators
from shared.answers.consensus import (
    NO_CONSENSUS,
    NOT_ENOUGH_ANSWERS,
    Settled,
    Undecided,
    decide,
    lead,
)
from shared.answers.given import Given
from shared.answers.polarity import scale_of
from shared.moments import time_text
from shared.tasks.plane import validations_needed

MESSAGES = {
    NO_CONSENSUS: "The answers do not agree.",
    NOT_ENOUGH_ANSWERS: "Too few answers were given in time.",
}


@dataclass(frozen=True, slots=True)
class Completed:
    """The answers agree; ``result`` is what the buyer sees."""

    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer will come of it; ``error`` is what the buyer sees."""

    error: dict[str, str]


@dataclass(frozen=True, slots=True)
class WaitsForPeople:
    """``count`` more answers are wanted, of people."""

    count: int


Verdict = Completed | Failed | WaitsForPeople


@dataclass(frozen=True, slots=True)
class Crowd:
    """Whom an account asks, and whether it ever had somebody who answers."""

    annotators: Annotators
    has_validators: bool

    @property
    def is_empty(self) -> bool:
        """Whether people would be asked and there are none: then the machines' lead counts."""
        return self.annotators is Annotators.MIXED and not self.has_validators


def judge(
    payload: Mapping[str, Any], given: Sequence[Given], crowd: Crowd, *, overdue: bool = False
) -> Verdict:
    """The verdict on a task with this payload after its machines, if any, have answered."""
    said = [one.answer for one in given]
    options: Sequence[str] = payload["options"]
    scale = scale_of(options, payload.get("locale"))
    # Machines answer once each: where nobody else is asked, nothing more can be wanted.
    closed = overdue or crowd.annotators is Annotators.MACHINE
    outcome = decide(said, options, validations_needed(payload), scale, overdue=closed)
    nobody = crowd.is_empty and not any(answer.kind == "human" for answer in said)
    if not isinstance(outcome, Settled) and nobody and (said or not closed):
        outcome = lead(said, options, scale)
    if isinstance(outcome, Settled):
        return Completed(_result(outcome, given))
    if isinstance(outcome, Undecided):
        return Failed({"code": outcome.code, "message": MESSAGES[outcome.code]})
    return WaitsForPeople(outcome.count)


def _result(settled: Settled, given: Sequence[Given]) -> dict[str, Any]:
    return {
        "answer": settled.answer,
        "confidence": settled.confidence,
        "agreement": settled.agreement,
        "votes": settled.votes,
        "answers": [
            {
                "annotator": one.answer.annotator,
                "kind": one.answer.kind,
                "answer": one.answer.answer,
                "confidence": one.answer.confidence,
                "at": time_text(one.at),
            }
            for one in given
        ],
    }
