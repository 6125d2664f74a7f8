"""What the load submits: ECHO tasks of several kinds, and questions that cost something."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What is to happen to a task."""

    FAST = "fast"
    SLOW = "slow"
    FAILING = "failing"
    CANCELED = "canceled"
    REPEATED = "repeated"
    MACHINES = "machines"
    PEOPLE = "people"


QUESTION = "SENTIMENT_ANALYSIS"
"""The type of questions."""
FAIL_TIMES = 2
"""How many attempts of a failing task fail."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One task to submit, and what is done to it once it is accepted.

    ``cancel_after``: seconds until it is canceled; ``repeat_after``: seconds until its message is
    published again, each time.
    """

    kind: Kind
    body: dict[str, Any]
    cancel_after: float | None = None
    repeat_after: tuple[float, ...] = ()


def echo(kind: Kind, tag: str, **payload: Any) -> Submission:
    """An ECHO whose content, ``tag``, tells it from every other."""
    content = {"content": {"chaos": kind.value, "tag": tag}, **payload}
    return Submission(kind, {"type": "ECHO", "content": content})


def question(kind: Kind, tag: str, project_id: str | None, needed: int) -> Submission:
    """A question; people answer it with its first option."""
    body = {
        "type": QUESTION,
        "content": f"What a wonderful day, it could not be better! ({tag})",
        "options": ["positive", "negative"],
        "locale": "en",
        "validationsNeeded": needed,
        "projectId": project_id,
    }
    return Submission(kind, body)
