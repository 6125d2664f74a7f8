"""How sure several answers make us of one option."""

import math
from collections.abc import Sequence

from shared.answers.answer import Answer

DEPENDENCE = 0.5
"""What votes count together, 1 if voters were independent; machines err on the same texts.

At 0.5 the pooled confidence of three machines matched how often they were right on public posts.
"""

_SUREST = 0.97


def agreement_of(option: str, answers: Sequence[Answer]) -> float:
    """The share of the answers that said `option`, by heads, in [0, 1]."""
    return sum(answer.answer == option for answer in answers) / len(answers)


def confidence_in(option: str, answers: Sequence[Answer], options: Sequence[str]) -> float:
    """The probability that `option` is right, pooled from the answers' own confidences.

    Log-odds of the votes are added (naive Bayes over voters, errors spread evenly over the other
    options) and damped by DEPENDENCE; a single vote keeps its own confidence.
    """
    others = max(len(options) - 1, 1)
    scores = dict.fromkeys(options, 0.0)
    for answer in answers:
        sure = min(max(answer.confidence, 1e-3), _SUREST)
        gain = math.log(sure * others / (1.0 - sure))
        scores[answer.answer] = scores.get(answer.answer, 0.0) + gain
    damped = DEPENDENCE if len(answers) > 1 else 1.0
    top = max(scores.values())
    total = sum(math.exp(damped * (score - top)) for score in scores.values())
    return round(math.exp(damped * (scores[option] - top)) / total, 4)
