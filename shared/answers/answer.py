"""One annotator's answer to one task."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Answer:
    """What one annotator said.

    `answer` is one of the caller's options, verbatim. `confidence`, in [0, 1], is the annotator's
    own calibrated probability of being right.
    """

    annotator: str
    kind: Literal["machine", "human"]
    answer: str
    confidence: float
